import { expect, test } from "vitest";
import { toShownCoverage } from "@/lib/client/coverage-shown";
import type { ColumnCauses, Coverage, CoverageFigures, Status } from "@/lib/contract";

const aCoverage = (change: Partial<Pick<Coverage, "measuredAt" | "exact">>, open: number): Coverage => ({
  measuredAt: "2026-01-01T00:10:00.000Z",
  exact: true,
  ...change,
  sessions: {
    total: 3_000,
    open,
    recoverable: 1,
    withSourceIp: 3_000 - open,
    withAsn: 1_000,
    withCountry: 1_100,
    withIpTypes: 900,
    lastHour: { total: 0, open: 0 },
  },
  inventory: { ips: 0, ipsWithCountry: 0, ipsWithAsn: 0, ipsWithBoth: 0, asns: 0 },
  apiReduction: null,
  setAside: [],
  gates: [],
  ledger: { runId: null, sessionsBefore: null, sessionsAfter: null, changed: null, deleted: null },
});

const aColumn = (column: ColumnCauses["column"], open: number): ColumnCauses => ({
  column,
  filled: 3_000 - open,
  recoverable: null,
  setAside: 0,
  absent: 0,
  open,
});

const someFigures = (measuredAt: string, open: number): CoverageFigures => ({
  measuredAt,
  sessions: 3_000,
  columns: [aColumn("source_ip", open), aColumn("enrichment_at", open)],
  months: [],
  withoutCountryBefore: null,
  asns: { total: 0, top: [] },
  countries: { total: 0, top: [] },
});

const aStatus = (observed: Status["version"]["observed"], isBusy = false): Pick<Status, "version" | "activeRun"> => ({
  version: { recorded: "15", observed, target: 16 },
  activeRun: isBusy ? ({ id: 1 } as Status["activeRun"]) : null,
});

test("the newer of two counts speaks for the whole page", () => {
  const older = someFigures("2026-01-01T00:08:59.000Z", 1_388);
  const newer = someFigures("2026-01-01T00:10:01.000Z", 962);
  const coverage = aCoverage({}, 1_200);

  const after = toShownCoverage(coverage, newer, aStatus("partial", true));
  expect(after).toMatchObject({ open: 962, withSourceIp: 2_038, recoverable: 1, measuredAt: newer.measuredAt });
  expect(after.columns).toMatchObject({ measuredAt: newer.measuredAt, rows: newer.columns });

  const before = toShownCoverage(coverage, older, aStatus("partial", true));
  expect(before).toMatchObject({ open: 1_200, withSourceIp: 1_800, measuredAt: coverage.measuredAt });
  expect(before.columns).toMatchObject({ measuredAt: coverage.measuredAt, isCounted: true });
  expect(before.columns.rows[0]).toMatchObject({ filled: 1_800, open: 1_200, absent: 0 });
});

test("during a run the count that knows causes speaks while it lags less than a minute, so that they do not come and go", () => {
  const lagging = someFigures("2026-01-01T00:09:01.000Z", 1_388);
  const shown = toShownCoverage(aCoverage({}, 1_200), lagging, aStatus("partial", true));
  expect(shown).toMatchObject({ open: 1_388, measuredAt: lagging.measuredAt });
  expect(shown.columns.rows).toBe(lagging.columns);
});

test("causes of before a run are not set beside figures of after it", () => {
  const before = someFigures("2026-01-01T00:09:59.000Z", 962);
  const { open, columns } = toShownCoverage(aCoverage({}, 0), before, aStatus("v16"));
  expect(open).toBe(0);
  expect(columns.rows[0]).toMatchObject({ column: "source_ip", open: 0 });
});

test("causes that are a few minutes old stay, with their age, while no run changes them", () => {
  const figures = someFigures("2026-01-01T00:00:00.000Z", 4);
  const shown = toShownCoverage(aCoverage({}, 6), figures, aStatus("v16"));
  expect(shown.open).toBe(6);
  expect(shown.columns).toMatchObject({ measuredAt: figures.measuredAt, rows: figures.columns });
});

test("an estimate is told as a fact only where v15 is observed, and gives way to any count", () => {
  const estimate = aCoverage({ exact: false }, 3_000);
  expect(toShownCoverage(estimate, null, aStatus("v15"))).toMatchObject({
    isCounted: false,
    isKnown: true,
    open: 3_000,
  });

  const unknown = toShownCoverage(estimate, null, aStatus("partial"));
  expect(unknown).toMatchObject({ isCounted: false, isKnown: false });
  expect(unknown.columns.rows).toHaveLength(5);
  for (const { column: _, ...parts } of unknown.columns.rows)
    expect(new Set(Object.values(parts))).toEqual(new Set([null]));

  const counted = toShownCoverage(estimate, someFigures("2025-12-31T00:00:00.000Z", 962), aStatus("partial"));
  expect(counted).toMatchObject({ isCounted: true, isKnown: true, open: 962 });
});

test("what is absent is not told before set-aside values are counted apart from it", () => {
  const { rows } = toShownCoverage(aCoverage({}, 1_000), null, aStatus("partial")).columns;
  expect(rows.find(({ column }) => column === "snapshot_asn")).toEqual({
    column: "snapshot_asn",
    filled: 1_000,
    recoverable: null,
    absent: null,
    setAside: null,
    open: 1_000,
  });
  expect(rows.find(({ column }) => column === "enrichment_at")).toMatchObject({
    filled: 2_000,
    absent: 0,
    setAside: 0,
  });
});
