import { z } from "zod";
import { count } from "@/lib/contract/scalars";
import { phaseId } from "@/lib/contract/words";

export const plannedStep = z.object({
  /** Effect and object, e.g. `create-index:public.session_summaries.idx_session_source_ip`. Stored: never rename. */
  id: z.string(),
  phase: phaseId,
  kind: z.enum(["statement", "transaction", "sweep"]),
  /** Exactly what PostgreSQL is sent, in order; psql can run it. */
  sql: z.array(z.string()),
  /** Strongest table lock taken, in PostgreSQL's words. */
  lock: z.string().nullable(),
  rows: count.nullable(),
  /** An estimate; null where nothing is known to draw one from. */
  seconds: z.number().nonnegative().nullable(),
  /** What the log of the run will say of it. */
  log: z.array(z.string()).optional(),
});
export type PlannedStep = z.infer<typeof plannedStep>;

export const plan = z.object({ steps: z.array(plannedStep) });
export type Plan = z.infer<typeof plan>;

export const resetPreview = z.object({
  database: z.string(),
  /** Fingerprint of everything below; `--expect` and the web confirmation are bound to it. */
  hash: z.string(),
  objects: z.array(
    z.object({
      kind: z.enum(["table", "column", "index", "constraint", "function"]),
      object: z.string(),
      rows: count.nullable(),
      bytes: count.nullable(),
      rebuildable: z.boolean(),
    }),
  ),
  /** Rows the application wrote, which no run can derive again. */
  lost: z.array(z.object({ object: z.string(), rows: count })),
  dependents: z.array(z.object({ kind: z.string(), object: z.string(), definition: z.string() })),
  sql: z.array(z.string()),
});
export type ResetPreview = z.infer<typeof resetPreview>;

/** `GET /api/plan/outlook`: what a run would say before its first step, a line each: hazards, disk, types, census. */
export const planOutlook = z.object({ lines: z.array(z.string()) });
export type PlanOutlook = z.infer<typeof planOutlook>;

/** First line of `reset --confirm --json`: what the run that follows drops. */
export const resetPreviewEvent = resetPreview.extend({ type: z.literal("preview") });
export type ResetPreviewEvent = z.infer<typeof resetPreviewEvent>;
