import { expect, test } from "vitest";
import { reduceRunLog, startRunLog } from "@/lib/client/run-log";
import type { LogEvent, RunDetail, RunPhase } from "@/lib/contract";

const phase: RunPhase = {
  id: "source-ip",
  title: "Source IP",
  state: "waiting",
  startedAt: null,
  finishedAt: null,
  durationMs: null,
  rows: null,
  done: null,
  total: null,
  rowsPerSecond: null,
  etaSeconds: null,
};
const run: RunDetail = {
  id: 41,
  kind: "migrate",
  status: "running",
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: null,
  startedBy: "web",
  cause: null,
  phase: null,
  durationMs: null,
  error: null,
  phases: [phase],
  lastSeq: 0,
  isUnclaimed: false,
  setAside: [],
  speed: "normal",
  until: null,
  waiting: null,
};
const line = (seq: number): LogEvent => ({
  type: "log",
  seq,
  at: "2026-01-01T00:00:00.000Z",
  level: "info",
  phase: "source-ip",
  message: `line ${seq}`,
});
const seqs = (log: { lines: LogEvent[] }) => log.lines.map(({ seq }) => seq);

test("shows each line once, however often a reconnect repeats it", () => {
  const before = reduceRunLog(startRunLog(run), [line(1), line(2)]);
  expect(seqs(reduceRunLog(before, [{ type: "opened" }, line(2), line(3), line(3)]))).toEqual([1, 2, 3]);
});

test("keeps the very list of lines when no new one came, so that nothing is drawn again", () => {
  const before = reduceRunLog(startRunLog(run), [line(1)]);
  expect(reduceRunLog(before, [{ type: "lost" }, line(1)]).lines).toBe(before.lines);
});

test("moves the figures of a phase with progress, and its state only with the phase itself", () => {
  const figures = { done: 5, total: 10, rowsPerSecond: 2, etaSeconds: 2.5 };
  const moved = reduceRunLog(startRunLog(run), [{ type: "progress", phase: "source-ip", ...figures }]);
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
  const after = reduceRunLog(before, [{ type: "opened" }, { type: "run", run: { ...run, status: "queued" } }]);
  expect(after).toMatchObject({ connection: "open", run: { status: "queued" } });
  expect(seqs(after)).toEqual([1]);
});
