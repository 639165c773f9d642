import { expect, test } from "vitest";
import { groupFindings } from "@/lib/client/finding-groups";
import type { Finding } from "@/lib/contract";

const aFinding = (kind: Finding["kind"], object: string, severity: Finding["severity"]): Finding => ({
  id: `${kind}:${object}`,
  kind,
  severity,
  phase: "source-ip",
  object,
  declared: null,
  live: null,
  message: `${object} differs`,
  remedy: "",
});

test("folds what will be added anyway into one note a kind", () => {
  const { rows, notes } = groupFindings([
    aFinding("missing-column", "public.session_summaries.source_ip", "info"),
    aFinding("missing-index", "public.idx_session_source_ip", "info"),
    aFinding("missing-column", "public.session_summaries.snapshot_asn", "info"),
  ]);
  expect(rows).toEqual([]);
  expect(notes).toEqual([
    { key: "missing-column", text: "2 columns will be added:", names: ["source_ip", "snapshot_asn"] },
    { key: "missing-index", text: "1 index will be added:", names: ["idx_session_source_ip"] },
  ]);
});

test("lists what asks for something one by one, the worst first", () => {
  const { rows, notes } = groupFindings([
    aFinding("extra-object", "public.ip_inventory.note", "info"),
    aFinding("hazard", "hazard:trigger-x", "warning"),
    aFinding("missing-column", "public.session_summaries.source_ip", "error"),
  ]);
  expect(rows.map(({ kind }) => kind)).toEqual(["missing-column", "hazard", "extra-object"]);
  expect(notes).toEqual([]);
});
