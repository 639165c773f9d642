import type { RunDetail, RunPhase } from "@/lib/contract";

/** A phase that has not begun. */
export function aRunPhase(change: Partial<RunPhase> = {}): RunPhase {
  return {
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
    ...change,
  };
}

/** A migration that runs undisturbed. */
export function aRunDetail(change: Partial<RunDetail> = {}): RunDetail {
  return {
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
    phases: [aRunPhase()],
    lastSeq: 0,
    isUnclaimed: false,
    setAside: [],
    speed: "normal",
    workers: null,
    slowBecause: null,
    held: null,
    until: null,
    waiting: null,
    ...change,
  };
}
