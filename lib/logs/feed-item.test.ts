import { expect, test } from "vitest";
import type { RunDetail, RunPhase } from "@/lib/contract";
import { toChanges } from "@/lib/logs/feed-item";

const phase: RunPhase = {
  id: "source-ip",
  title: "Source address",
  state: "running",
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: null,
  durationMs: null,
  rows: null,
  done: 10,
  total: 100,
  rowsPerSecond: 5,
  etaSeconds: 18,
};
const run: RunDetail = {
  id: 1,
  kind: "migrate",
  status: "running",
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: null,
  startedBy: "web",
  cause: null,
  phase: "source-ip",
  durationMs: 100,
  error: null,
  phases: [phase],
  lastSeq: 3,
  isUnclaimed: false,
  setAside: [],
  speed: "normal",
  workers: null,
  slowBecause: null,
  held: null,
  until: null,
  waiting: null,
};

test("time and lines alone change nothing", () => {
  expect(toChanges(run, { ...run, durationMs: 200, lastSeq: 9 })).toEqual([]);
});

test("figures of a phase are progress, with why it is slow", () => {
  const slow = { ...run, slowBecause: "a replica is 12 s behind" };
  expect(toChanges(slow, { ...slow, phases: [{ ...phase, done: 20, etaSeconds: 16 }] })).toEqual([
    {
      type: "progress",
      phase: "source-ip",
      done: 20,
      total: 100,
      rowsPerSecond: 5,
      etaSeconds: 16,
      slowBecause: "a replica is 12 s behind",
    },
  ]);
});

test("a finished phase comes before the run that it changes", () => {
  const complete: RunPhase = { ...phase, state: "complete", done: 100 };
  const after: RunDetail = { ...run, status: "succeeded", phase: null, phases: [complete] };
  expect(toChanges(run, after)).toEqual([
    { type: "phase", phase: complete },
    { type: "run", run: after },
  ]);
});
