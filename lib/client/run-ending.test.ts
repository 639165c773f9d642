import { expect, test } from "vitest";
import { describeDatabase, toNextOfRun, toPauseText, toRunEnding, toStandText } from "@/lib/client/run-ending";
import type { PhaseStatus, Status } from "@/lib/contract";
import { aRunDetail, aRunPhase } from "@/lib/testing/run-detail";

function aStatus(change: Partial<Status> = {}, states: PhaseStatus["state"][] = []): Status {
  return {
    database: { name: "cowrie", host: "db", port: 5432, user: "cowrie", schema: "public", server: "18.4" },
    version: { recorded: "15", observed: "partial", target: 16 },
    verdict: "partial",
    message: null,
    phases: states.map((state, index) => ({
      number: index + 1,
      id: "source-ip",
      title: "",
      state,
      objects: { done: 0, total: 0 },
      rows: null,
      findings: [],
    })),
    findings: [],
    activeRun: null,
    ...change,
  };
}

test.each([
  [{ status: "failed", durationMs: 2_000 }, "The run failed", "It gave up by itself after 2.0 s of work."],
  [{ status: "cancelled" }, "Cancelled", "An operator stopped it"],
  [{ status: "interrupted", cause: "shutdown" }, "Interrupted by a shutdown", "told to stop"],
  [
    { status: "interrupted", cause: "lost", durationMs: 60_000 },
    "Interrupted: its process went away",
    "was killed after 1 min, or was without the database for too long.",
  ],
] as const)("says who stopped a run: %o", (change, title, who) => {
  const ending = toRunEnding(aRunDetail(change));
  expect(ending).toMatchObject({ title, who: expect.stringContaining(who) });
});

test("names the phase that failed, and has no ending for a run under way", () => {
  const phases = [aRunPhase({ state: "complete" }), aRunPhase({ state: "failed", title: "ASN inventory" })];
  expect(toRunEnding(aRunDetail({ status: "failed", phases }))?.title).toBe("The run failed in phase 2, ASN inventory");
  expect(toRunEnding(aRunDetail())).toBeNull();
});

test("says what the database is like now, phases of one state together", () => {
  const status = aStatus({}, ["complete", "complete", "partial", "pending", "pending"]);
  expect(describeDatabase(status, "migrate")).toMatch(
    /^Recorded v15, observed partial: phases 1 and 2 complete, phase 3 partial, phases 4 and 5 pending\. What was committed stays/,
  );
  expect(describeDatabase(aStatus({}, ["complete", "complete"]), "reset")).toMatch(
    /all phases complete.*nothing of it/,
  );
});

test.each([
  [
    "an active run is followed",
    "failed",
    "migrate",
    { activeRun: { id: 9 } as Status["activeRun"] },
    { do: "follow", runId: 9 },
  ],
  ["an interrupted run is resumed", "interrupted", "migrate", {}, { do: "resume" }],
  ["a failed migration runs again", "failed", "migrate", {}, { do: "migrate" }],
  [
    "where v16 was reached since, nothing is left",
    "interrupted",
    "migrate",
    { verdict: "migrated" },
    { do: "see-coverage" },
  ],
  ["a catch-up runs again at v16", "cancelled", "catch-up", { verdict: "migrated" }, { do: "catch-up" }],
  ["a reset is previewed anew", "failed", "reset", {}, { do: "see-overview" }],
  [
    "a database that cannot be worked on comes first",
    "failed",
    "migrate",
    { verdict: "unsupported" },
    { do: "see-overview" },
  ],
] as const)("%s", (_what, status, kind, change, next) => {
  expect(toNextOfRun({ id: 1, kind, status }, aStatus(change))).toEqual(next);
});

test("says who paused a run, and how far it stands", () => {
  const now = Date.parse("2026-01-01T03:30:00.000Z");
  const error = { sqlstate: "53100", message: "No space left", statement: null, remedy: null };
  expect(toPauseText({ error, until: null, held: null }, now)).toBe("It paused by itself.");
  expect(toPauseText({ error: null, until: "2026-01-01T03:30:00.000Z", held: null }, now)).toContain(
    "window has ended",
  );
  const until = "2026-01-01T04:00:00.000Z";
  expect(toPauseText({ error: null, until, held: null }, now)).toBe("An operator paused it.");
  const held = { by: "tess@example.org", since: "2026-01-01T03:18:00.000Z" };
  expect(toPauseText({ error: null, until, held }, now)).toBe("tess@example.org asked for it 12 min ago.");
  expect(toStandText([aRunPhase({ state: "running", done: 1_200, total: 30_000 })])).toBe(
    "Phase 1 stands at 1,200 of 30,000.",
  );
  expect(toStandText([aRunPhase()])).toBe("");
});
