import { expect, test } from "vitest";
import { duringRun, summariseReport, summariseTable } from "@/lib/client/schema-report";
import type { ActiveRun, ObjectState, SchemaReport } from "@/lib/contract";

type Table = SchemaReport["tables"][number];

const aTable = (name: string, exists: boolean, ...states: ObjectState[]): Table => ({
  ...{ name, tier: null, exists, rows: null, bytes: null },
  columns: states.map((state, index) => ({
    ...{ name: `c${index}`, declared: "text", live: null, isGenerated: false, state, remedy: null },
  })),
});

const aReport = (state: ObjectState): SchemaReport => ({
  tables: [aTable("session_summaries", true, state, "v15"), aTable("ip_asn_history", false, state, state)],
  indexes: [
    {
      name: "idx_session_source_ip",
      table: "session_summaries",
      declared: "btree (source_ip)",
      live: null,
      state,
      remedy: "",
    },
    { name: "idx_of_history", table: "ip_asn_history", declared: "btree (asn)", live: null, state, remedy: "" },
  ],
  constraints: [
    {
      name: "ip_asn_history_pkey",
      table: "ip_asn_history",
      declared: "PRIMARY KEY (a)",
      live: null,
      state,
      remedy: "",
    },
    { name: "fk_of_history", table: "ip_asn_history", declared: "FOREIGN KEY (a)", live: null, state, remedy: "" },
  ],
  functions: [],
  dependents: [],
});

const aRun = (kind: ActiveRun["kind"]): ActiveRun => ({
  ...{ id: 3, kind, status: "running", phase: null, startedAt: "2026-01-01T00:00:00.000Z", startedBy: "web" },
});

test("a table that is not there is one thing to say: still to come, or missing", () => {
  expect(summariseTable(aTable("t", false, "planned", "planned"))).toEqual({
    state: "planned",
    text: "will be created",
    short: "will be created",
  });
  expect(summariseTable(aTable("t", false, "missing", "missing"))).toEqual({
    state: "missing",
    text: "missing",
    short: "missing",
  });
  expect(summariseTable(aTable("t", true, "missing", "as-declared"))).toEqual({
    state: "missing",
    text: "columns: 1 missing",
    short: "1 missing",
  });
});

test("counts a table that is not there once, whatever comes with it, and its foreign keys apart", () => {
  expect(summariseReport(aReport("planned"), null)).toBe(
    "Nothing is wrong; a run will add 1 table with all that belongs to it, 1 column, 1 index and 1 constraint.",
  );
  expect(summariseReport(aReport("missing"), null)).toBe("4 objects differ.");
  const whole = { ...aReport("as-declared"), tables: [aTable("ip_asn_history", true, "as-declared")] };
  expect(summariseReport(whole, null)).toBe("They agree.");
});

test("what is wrong does not hide what is still to come", () => {
  const report = aReport("planned");
  report.functions = [{ name: "f", state: "different", remedy: null }];
  expect(summariseReport(report, null)).toBe(
    "1 object differs; besides, a run will add 1 table with all that belongs to it, 1 column, 1 index and 1 constraint.",
  );
});

test("what a migration under way has not come to yet is still to come, and by that run", () => {
  const report = duringRun(aReport("missing"), aRun("migrate"));
  expect(report.indexes[0]).toMatchObject({ state: "planned", remedy: "Run 3 adds it." });
  expect(summariseReport(report, aRun("migrate"))).toMatch(/^Nothing is wrong; run 3 will add /);
  expect(duringRun(aReport("missing"), aRun("catch-up")).indexes[0]?.state).toBe("missing");
});
