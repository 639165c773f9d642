import { expect, test } from "vitest";
import { toObjectText, toRebuildText, whyNoReset } from "@/lib/client/reset-words";
import { type Finding, PHASE_IDS, type RunSummary, type Status } from "@/lib/contract";

const aStatus = (recorded: string, change: Partial<Status> = {}): Status => ({
  database: { name: "cowrie", host: "127.0.0.1", port: 5432, user: "cowrie", schema: "public", server: "18.4" },
  version: { recorded, observed: "partial", target: 16 },
  verdict: "partial",
  message: null,
  phases: PHASE_IDS.map((id, index) => ({
    ...{ number: index + 1, id, title: id, state: "partial", objects: { done: 0, total: 1 }, findings: [] },
    rows: { done: 0, total: 1_500_000, exact: true, measuredAt: null },
  })),
  findings: [],
  activeRun: null,
  ...change,
});

const aRun = (id: number, kind: RunSummary["kind"], seconds: number): RunSummary => ({
  ...{ id, kind, status: "succeeded", startedBy: "web", startedAt: "2026-01-01T00:00:00.000Z" },
  finishedAt: new Date(Date.parse("2026-01-01T00:00:00.000Z") + seconds * 1_000).toISOString(),
});

test.each([
  ["15", null],
  ["16", null],
  ["17", "Reset not possible: 17 is recorded, and only 15 and 16 can be taken back."],
])("a recorded %s can be reset, or it is said why not", (recorded, why) => {
  expect(whyNoReset(aStatus(recorded))).toBe(why);
});

test("an untouched v15 has nothing to be reset; one with columns left behind has", () => {
  const leftBehind: Finding = {
    ...{ id: "extra-object:public.session_summaries.snapshot_ip_type", kind: "extra-object", severity: "info" },
    ...{ phase: null, object: "public.session_summaries.snapshot_ip_type", declared: null, live: "text" },
    ...{ message: "", remedy: "" },
  };
  const ready = aStatus("15", { verdict: "ready" });
  expect(whyNoReset(ready)).toBe("Reset: nothing of v16 is there, and 15 is recorded.");
  expect(whyNoReset({ ...ready, findings: [leftBehind] })).toBeNull();
});

test("a reset waits, as all else does, until the run that has the database ends", () => {
  const activeRun = { id: 3, kind: "migrate", status: "paused", phase: null, startedBy: "web" } as const;
  const status = aStatus("15", { activeRun: { ...activeRun, startedAt: "2026-01-01T00:00:00.000Z" } });
  expect(whyNoReset(status)).toBe("Run migration, Catch up and Reset wait: run 3 has the database until it ends.");
});

test("what goes is told with its size, and apart from what no run makes again", () => {
  const table = { kind: "table", object: "public.ip_inventory", rows: 7, bytes: 184_320 } as const;
  expect(toObjectText({ ...table, rebuildable: true })).toBe("184 kB, made again by a run");
  expect(toObjectText({ ...table, bytes: null, rebuildable: false })).toBe("no run makes all of it again");
});

test("how long it takes to make the rest again is estimated, and the newest migration stands beside it", () => {
  const estimate = "What can be made again, a run makes from the documents: about 1 min 40 s for 1,500,000 sessions";
  expect(toRebuildText(aStatus("16"), [aRun(2, "reset", 1)])).toBe(`${estimate}.`);
  expect(toRebuildText(aStatus("16"), [aRun(2, "reset", 1), aRun(1, "migrate", 119)])).toBe(
    `${estimate}; run 1, the newest migration, took 1 min 59 s.`,
  );
  const few = aStatus("16");
  for (const phase of few.phases) phase.rows = { done: 0, total: 3_000, exact: true, measuredAt: null };
  expect(toRebuildText(few, [aRun(1, "migrate", 2.4)])).toBe(
    "What can be made again, a run makes from the documents; run 1, the newest migration, took 2.4 s.",
  );
});
