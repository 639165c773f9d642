import { expect, test } from "vitest";
import { reduceRunLog, startRunLog } from "@/lib/client/run-log";
import type { LogEvent } from "@/lib/contract";
import { aRunDetail, aRunPhase } from "@/lib/testing/run-detail";

const phase = aRunPhase();
const run = aRunDetail();
const line = (seq: number): LogEvent => ({
  type: "log",
  seq,
  at: "2026-01-01T00:00:00.000Z",
  level: "info",
  phase: "source-ip",
  message: `line ${seq}`,
});

test("stays the very same when only lines came, so that nothing but the log is drawn again", () => {
  const before = startRunLog(run);
  expect(reduceRunLog(before, [line(1), line(2)])).toBe(before);
});

test("moves the figures of a phase with progress, and its state only with the phase itself", () => {
  const figures = { done: 5, total: 10, rowsPerSecond: 2, etaSeconds: 2.5 };
  const moved = reduceRunLog(startRunLog(run), [
    { type: "progress", phase: "source-ip", slowBecause: null, ...figures },
  ]);
  expect(moved.run.phases).toEqual([{ ...phase, ...figures }]);
  const done = { ...phase, ...figures, state: "complete" as const };
  expect(reduceRunLog(moved, [{ type: "phase", phase: done }]).run.phases).toEqual([done]);
});

test("ends with status and error, and an ended stream is not a lost one", () => {
  const error = { sqlstate: "55P03", message: "lock not available", statement: null, remedy: null };
  const ended = reduceRunLog(startRunLog(run), [{ type: "end", end: { status: "failed", error } }, { type: "lost" }]);
  expect(ended).toMatchObject({ connection: "ended", run: { status: "failed", error } });
});

test("takes a later snapshot whole, as after a resume", () => {
  const before = reduceRunLog(startRunLog(run), [line(1), { type: "lost" }]);
  const after = reduceRunLog(before, [
    { type: "opened", isVisit: false },
    { type: "run", run: { ...run, status: "queued" } },
  ]);
  expect(after).toMatchObject({ connection: "open", run: { status: "queued" } });
});

test("tells a stream that is only visited from a live one", () => {
  const visited = reduceRunLog(startRunLog(run), [{ type: "opened", isVisit: true }, line(1)]);
  expect(visited.connection).toBe("visiting");
  expect(reduceRunLog(visited, [{ type: "opened", isVisit: false }]).connection).toBe("open");
});

test("follows a run through pause, resume, another pace and what it waits for", () => {
  const waiting = { step: "add-columns", since: "2026-01-01T00:00:00.000Z", blockers: [] };
  const told = [aRunDetail({ status: "paused" }), aRunDetail({ speed: "gentle" }), aRunDetail({ waiting })];
  const seen = told.map((each) => reduceRunLog(startRunLog(run), [{ type: "run", run: each }]).run);
  expect(seen).toEqual(told);
});
