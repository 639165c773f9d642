import { expect, test } from "vitest";
import { duringRun, groupFindings, toRewrittenTables } from "@/lib/client/finding-groups";
import type { ActiveRun, Finding } from "@/lib/contract";
import type { Difference } from "@/lib/inspection/drift";
import { describeDifference } from "@/lib/inspection/finding-text";

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
    {
      ...{ kind: "missing-column", severity: "info", text: "2 columns will be added:" },
      names: ["source_ip", "snapshot_asn"],
    },
    { kind: "missing-index", severity: "info", text: "1 index will be added:", names: ["idx_session_source_ip"] },
  ]);
});

test("lists what asks for something one by one, the worst first", () => {
  const { rows, notes } = groupFindings([
    aFinding("extra-object", "public.ip_inventory.note", "info"),
    aFinding("hazard", "hazard:trigger-x", "warning"),
    aFinding("missing-column", "public.session_summaries.source_ip", "error"),
  ]);
  expect(rows.map(({ kind }) => kind)).toEqual(["missing-column", "hazard"]);
  expect(notes).toEqual([
    {
      ...{ kind: "extra-object", severity: "info", text: "1 object is no part of v16 and stays as found:" },
      names: ["ip_inventory.note"],
    },
  ]);
});

test("folds helper functions that are missing: their text says nothing to an operator", () => {
  const { rows, notes } = groupFindings(
    ["tidemark_text", "tidemark_flag"].map((name) => aFinding("missing-function", `public.${name}`, "error")),
  );
  expect(rows).toEqual([]);
  expect(notes).toEqual([
    {
      ...{ kind: "missing-function", severity: "error", text: "2 functions missing, which a run adds:" },
      names: ["tidemark_text", "tidemark_flag"],
    },
  ]);
});

const aDifference = (kind: Difference["kind"], column: string): Difference => ({
  ...{ kind, of: "column", phase: "ip-inventory", table: "ip_inventory", name: column },
  ...{ object: `public.ip_inventory.${column}`, declared: "text[]", live: "text" },
});

test("says once of a table in another shape what holds for each of its columns", () => {
  const found = [aDifference("not-generated", "ip_types"), aDifference("missing-column", "geo_country")].map(
    (difference): Finding => ({
      ...aFinding(difference.kind, difference.object, "error"),
      ...describeDifference(difference, true),
    }),
  );
  const { incomplete, rows } = groupFindings(found);
  expect(incomplete).toEqual(["ip_inventory"]);
  expect(rows.map(({ message }) => message)).toEqual([
    "ip_types is a plain column: its values do not follow the document.",
    "geo_country does not exist.",
  ]);
  expect(rows[0]?.remedy).toMatch(/^A run drops the plain column and adds it GENERATED, computed from the document\. /);
  expect(rows[0]?.remedy).not.toContain("reset");
});

test("leaves alone what is no matter of a table's shape", () => {
  const [index] = groupFindings([aFinding("invalid-index", "public.idx_ip_geo_country", "error")]).rows;
  expect(index?.message).toBe("public.idx_ip_geo_country differs");
});

test("what a run has not come to yet is no error while it is under way; another shape stays one", () => {
  const run = (kind: ActiveRun["kind"]): ActiveRun => ({
    ...{ id: 7, kind, status: "running", phase: "source-ip", startedAt: "2026-01-01T00:00:00.000Z", startedBy: "web" },
  });
  const found = [
    aFinding("missing-index", "public.idx_session_source_ip", "error"),
    aFinding("open-rows", "public.session_summaries", "error"),
    aFinding("wrong-type", "public.ip_inventory.ip_address", "error"),
  ];
  expect(duringRun(found, run("migrate")).map(({ kind, severity }) => [kind, severity])).toEqual([
    ["missing-index", "info"],
    ["wrong-type", "error"],
  ]);
  expect(duringRun(found, run("catch-up"))[0]?.severity).toBe("error");
  expect(duringRun(found, run("reset"))).toBe(found);
  expect(duringRun(found, null)).toBe(found);
});

test("a table is rewritten for its types and generated columns, not for a default", () => {
  const found = (kind: Difference["kind"]): Finding => {
    const difference = aDifference(kind, "ip_types");
    return { ...aFinding(kind, difference.object, "error"), ...describeDifference(difference, true) };
  };
  expect(toRewrittenTables([found("wrong-default"), found("missing-column")])).toEqual([]);
  expect(toRewrittenTables([found("wrong-type"), found("not-generated")])).toEqual(["ip_inventory"]);
});
