import { expect, test } from "vitest";
import type { ColumnCauses, CoverageSources } from "@/lib/contract";
import { withRecoverable } from "@/lib/coverage/column-counts";

const causes = (column: ColumnCauses["column"], counts: Partial<ColumnCauses> = {}): ColumnCauses => ({
  column,
  filled: 80,
  recoverable: null,
  setAside: 5,
  absent: 10,
  open: 5,
  ...counts,
});

const sourcesWith = (column: "source_ip" | "snapshot_asn", recoverable: number): CoverageSources => ({
  measuredAt: "2026-01-01T00:00:00.000Z",
  sessions: 95,
  columns: [{ column, sources: [], kept: 0, recoverable }],
});

test("what is recoverable is not absent, nor set aside any more", () => {
  const [some, more, most] = [4, 12, 40].map(
    (count) =>
      withRecoverable([causes("snapshot_asn")], { addresses: null, sources: sourcesWith("snapshot_asn", count) })[0],
  );
  expect(some).toEqual(causes("snapshot_asn", { recoverable: 4, absent: 6 }));
  expect(more).toEqual(causes("snapshot_asn", { recoverable: 12, absent: 0, setAside: 3 }));
  expect(most).toEqual(causes("snapshot_asn", { recoverable: 15, absent: 0, setAside: 0 }));
});

test("addresses go by the newest count, what nobody counted stays unknown, and the mark of a sweep is never recoverable", () => {
  const columns = [
    causes("source_ip"),
    causes("snapshot_country"),
    causes("enrichment_at", { setAside: 0, absent: 0 }),
  ];
  const sources = sourcesWith("source_ip", 9);
  const recoverable = (addresses: number | null) =>
    withRecoverable(columns, { addresses, sources }).map((column) => column.recoverable);
  expect(recoverable(2)).toEqual([2, null, 0]);
  expect(recoverable(null)).toEqual([9, null, 0]);
});
