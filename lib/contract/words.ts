import { z } from "zod";

export const PHASE_IDS = ["source-ip", "asn-inventory", "ip-inventory", "session-snapshots", "foreign-keys"] as const;
export const phaseId = z.enum(PHASE_IDS);
export type PhaseId = z.infer<typeof phaseId>;

export const RUN_KINDS = ["migrate", "catch-up", "reset", "verify"] as const;
export const runKind = z.enum(RUN_KINDS);
export type RunKind = z.infer<typeof runKind>;

export const RUN_STATUSES = [
  "queued",
  "running",
  "pausing",
  "paused",
  "cancelling",
  "cancelled",
  "interrupted",
  "failed",
  "succeeded",
] as const;
export const runStatus = z.enum(RUN_STATUSES);
export type RunStatus = z.infer<typeof runStatus>;

/** Statuses in which a run holds the database: at most one such run exists. */
export const ACTIVE_STATUSES = ["queued", "running", "pausing", "paused", "cancelling"] as const satisfies RunStatus[];

/** Pace of a run: how much of its time it works, and how large its batches are. */
export const SPEEDS = ["gentle", "normal", "fast"] as const;
export const speed = z.enum(SPEEDS);
export type Speed = z.infer<typeof speed>;

/** Connections that a sweep may use at once. */
export const MOST_WORKERS = 16;
export const workers = z.number().int().min(1).max(MOST_WORKERS);
