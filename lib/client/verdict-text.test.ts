import { expect, test } from "vitest";
import { countOpen, toActiveText, toVerdictText } from "@/lib/client/verdict-text";
import { PHASE_IDS, type PhaseStatus, type RunSummary, type Status } from "@/lib/contract";

type State = PhaseStatus["state"];

const aStatus = (verdict: Status["verdict"], states: State[], change: Partial<Status["version"]> = {}): Status => ({
  database: { name: "cowrie", host: "127.0.0.1", port: 5432, user: "cowrie", schema: "public", server: "18.4" },
  version: { recorded: "15", observed: "partial", target: 16, ...change },
  verdict,
  message: null,
  phases: PHASE_IDS.map((id, index) => ({
    number: index + 1,
    id,
    title: id,
    state: states[index] ?? "pending",
    objects: { done: 0, total: 1 },
    rows: index === 0 ? { done: 93, total: 100, exact: false, measuredAt: null } : null,
    findings: [],
  })),
  findings: [],
  activeRun: null,
});

test.each<[State[], string]>([
  [["partial", "pending", "partial"], "Partial: an earlier attempt left parts of phases 1 and 3 behind"],
  [["complete", "complete", "partial", "complete", "complete"], "Partial: phase 3 is not as declared"],
])("names the phases that an attempt with %j left behind", (states, title) => {
  expect(toVerdictText(aStatus("partial", states)).title).toBe(title);
});

test.each([
  ["failed", "error", "Run 4 failed; parts of v16 are there, and 15 is recorded"],
  ["interrupted", "interrupted", "Run 4 was interrupted; parts of v16 are there, and 15 is recorded"],
  ["cancelled", "partial", "Partial: an earlier attempt left parts of phase 1 behind"],
] as const)("says first of a partial database that its newest run %s", (status, icon, title) => {
  const newest: RunSummary = {
    ...{ id: 4, kind: "migrate", status, startedBy: "web", startedAt: "2026-01-01T00:00:00.000Z", finishedAt: null },
  };
  expect(toVerdictText(aStatus("partial", ["partial"]), newest)).toMatchObject({ icon, title });
  expect(toVerdictText(aStatus("partial", ["partial"]), { ...newest, kind: "catch-up" }).title).toMatch(/^Partial: /);
  const ready = toVerdictText(aStatus("ready", []), newest);
  expect(ready.title).toBe("v15, ready for the migration");
  expect(ready.lead.startsWith("Run 4 failed: read why, under Last run")).toBe(status === "failed");
});

test("says that a run repairs in place what has another shape than declared", () => {
  const { lead } = toVerdictText(aStatus("partial", ["complete", "complete", "partial"]));
  expect(lead).toContain("repairs in place");
  expect(lead).toContain("no row is lost");
});

test.each([
  ["queued", "Run 7 is queued"],
  ["running", "Run 7 is under way"],
  ["pausing", "Run 7 is pausing"],
  ["paused", "Run 7 is paused"],
  ["cancelling", "Run 7 is being cancelled"],
] as const)("an active run that is %s comes first", (status, title) => {
  const run = { id: 7, kind: "migrate", phase: null, startedAt: "2026-01-01T00:00:00.000Z", startedBy: "web" } as const;
  expect(toActiveText({ ...run, status }).title).toBe(title);
});

test("does not believe a recorded 16 that the database does not show", () => {
  const drifted = toVerdictText(aStatus("drifted", [], { recorded: "16", observed: "v15" }));
  expect(drifted).toMatchObject({ icon: "error", title: "Recorded v16, but the database shows v15" });
});

test("counts the sessions without a snapshot, and says when that is an estimate", () => {
  const migrated = aStatus("migrated", ["complete", "complete", "complete", "complete", "complete"], {
    recorded: "16",
  });
  expect(countOpen(migrated)).toBe(7);
  expect(toVerdictText(migrated).lead).toContain("about 7 sessions without a snapshot");
});
