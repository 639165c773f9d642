import { z } from "zod";
import { count, time } from "@/lib/contract/scalars";
import { phaseId, runKind, runStatus, speed, workers } from "@/lib/contract/words";

export const runSummary = z.object({
  id: count,
  kind: runKind,
  status: runStatus,
  startedAt: time,
  finishedAt: time.nullable(),
  startedBy: z.string(),
});
export type RunSummary = z.infer<typeof runSummary>;

export const runList = z.object({ runs: z.array(runSummary) });

/** How a run stands after `pause`, `resume`, `cancel` or `speed`. */
export const runChange = z.object({ run: runSummary });
export type RunChange = z.infer<typeof runChange>;

/** What a failure says: SQLSTATE, PostgreSQL's message, the whole statement, what to do. Never row content. */
export const runError = z.object({
  sqlstate: z.string().nullable(),
  message: z.string(),
  statement: z.string().nullable(),
  remedy: z.string().nullable(),
});
export type RunError = z.infer<typeof runError>;

export const runPhase = z.object({
  id: phaseId,
  title: z.string(),
  /** `waiting`: not begun in this run. */
  state: z.enum(["waiting", "running", "complete", "failed"]),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  durationMs: count.nullable(),
  rows: count.nullable(),
  done: count.nullable(),
  total: count.nullable(),
  rowsPerSecond: z.number().nullable(),
  etaSeconds: z.number().nullable(),
});
export type RunPhase = z.infer<typeof runPhase>;

/** A session of the database that holds what a run waits for. `query` without its literals, shortened. */
export const blocker = z.object({
  pid: z.number().int(),
  user: z.string().nullable(),
  application: z.string().nullable(),
  /** As `pg_stat_activity` says, e.g. `idle in transaction`. */
  state: z.string().nullable(),
  /** Begin of its transaction. */
  since: time.nullable(),
  query: z.string().nullable(),
});
export type Blocker = z.infer<typeof blocker>;

/** A blocker as it is right now, read anew before it is ended from the console. */
export const blockerPreview = blocker.extend({
  /** Begin of its connection in PostgreSQL's words: with the pid it names this session and none that comes later. */
  connectedAt: z.string(),
});
export type BlockerPreview = z.infer<typeof blockerPreview>;

/** What a run waits for: its step, since when, and who is in the way. */
export const waiting = z.object({ step: z.string(), since: time, blockers: z.array(blocker) });
export type Waiting = z.infer<typeof waiting>;

/** The `run` snapshot that opens every event stream, and the read model of the run page. */
export const runDetail = runSummary.extend({
  /** Why an interrupted run stopped: `shutdown` graceful, `lost` the process went away. */
  cause: z.enum(["shutdown", "lost"]).nullable(),
  phase: phaseId.nullable(),
  durationMs: count.nullable(),
  /** Why it failed or was interrupted, or why it paused by itself. */
  error: runError.nullable(),
  phases: z.array(runPhase),
  lastSeq: count,
  /** Queued for more than 10 s and no worker took it. */
  isUnclaimed: z.boolean(),
  speed,
  /** Connections that a sweep is to use at once; null: as the process that executes the run is set. */
  workers: workers.nullable(),
  /** Why the sweep makes room for others right now, e.g. `a replica is 12 s behind (limit 10 s)`; null: it does not. */
  slowBecause: z.string().nullable(),
  /** Who asked for the pause that holds it, and when, by the audit; null: nobody did, or nothing holds it. */
  held: z.object({ by: z.string(), since: time }).nullable(),
  /** End of the maintenance window, at which the run pauses by itself; null: none. */
  until: time.nullable(),
  /** Null while nothing is in its way. */
  waiting: waiting.nullable(),
  setAside: z.array(z.object({ reason: z.string(), count })),
});
export type RunDetail = z.infer<typeof runDetail>;

/** Medians over the newest earlier runs of the same kind that succeeded. */
const usual = z.object({
  runs: count,
  durationMs: z.number().nonnegative(),
  rows: z.number().nonnegative().nullable(),
});
export type Usual = z.infer<typeof usual>;

/** A run beside earlier ones; `usual` is null where none of its kind succeeded before. Durations contain pauses. */
export const comparedRun = runSummary.extend({
  cause: z.enum(["shutdown", "lost"]).nullable(),
  /** The phase that failed, or that was under way when the run stopped. */
  phase: phaseId.nullable(),
  error: runError.nullable(),
  usual: usual.nullable(),
  /** Those that began in this run, in order. */
  phases: z.array(
    runPhase
      .pick({ id: true, title: true, state: true, durationMs: true, rows: true })
      .extend({ usual: usual.nullable() }),
  ),
});
export type ComparedRun = z.infer<typeof comparedRun>;

export const RUN_OUTCOMES = ["succeeded", "failed", "cancelled", "interrupted", "under-way"] as const;
export type RunOutcomeName = (typeof RUN_OUTCOMES)[number];

/** `GET /api/runs/history`: a page of the journal, newest first. */
export const runHistory = z.object({
  runs: z.array(comparedRun),
  /** Runs in all, and those that the filter lets through. */
  total: count,
  matching: count,
  /** `before` of the next page; null on the last one. */
  next: count.nullable(),
});
export type RunHistory = z.infer<typeof runHistory>;

/**
 * `GET /api/pulse`: the newest run, read every other second by each page, so that what happens elsewhere is seen at once.
 * Always 200: that it comes says that the console is there.
 */
export const pulse = z.object({ run: runSummary.pick({ id: true, kind: true, status: true }).nullable() });
export type Pulse = z.infer<typeof pulse>;
