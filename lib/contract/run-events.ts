import { z } from "zod";
import { runDetail, runError, runPhase } from "@/lib/contract/run";
import { count, time } from "@/lib/contract/scalars";
import { phaseId, runKind, runStatus } from "@/lib/contract/words";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

const eventPhase = { phase: phaseId.nullable() };

export const logEvent = z.object({
  type: z.literal("log"),
  /** Gapless within a run, from 1. */
  seq: z.number().int().positive(),
  at: time,
  level: z.enum(LOG_LEVELS),
  ...eventPhase,
  message: z.string(),
});
export type LogEvent = z.infer<typeof logEvent>;

export const progressEvent = z.object({
  type: z.literal("progress"),
  ...eventPhase,
  done: count.nullable(),
  total: count.nullable(),
  rowsPerSecond: z.number().nonnegative().nullable(),
  etaSeconds: z.number().nonnegative().nullable(),
  /** As in `runDetail`. */
  slowBecause: z.string().nullable(),
});
export type ProgressEvent = z.infer<typeof progressEvent>;

export const runEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("run-started"), runId: z.number().int().positive(), kind: runKind, resumed: z.boolean() }),
  z.object({ type: z.literal("phase-started"), ...eventPhase }),
  logEvent,
  progressEvent,
  z.object({ type: z.literal("phase-finished"), ...eventPhase, durationMs: count, rows: count }),
  z.object({
    type: z.literal("run-finished"),
    runId: z.number().int().positive(),
    status: z.enum(["succeeded", "failed", "cancelled", "interrupted"]),
    durationMs: count,
    error: runError.nullable(),
  }),
]);
export type RunEvent = z.infer<typeof runEvent>;

/** Data of the `end` event, after which the server closes the stream: the run holds the database no more. */
export const runEnd = z.object({ status: runStatus, error: runError.nullable() });
export type RunEnd = z.infer<typeof runEnd>;

/**
 * Data of each event of `GET /api/runs/:id/events`. `run` is a whole snapshot and comes first and whenever status,
 * error or set-aside figures change; `phase` is a phase whose state changed, `progress` only its figures; `id:` is
 * sent with `log` alone and is its `seq`.
 */
export const streamEvent = {
  run: runDetail,
  log: logEvent,
  progress: progressEvent,
  phase: runPhase,
  end: runEnd,
} as const;
