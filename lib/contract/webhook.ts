import { z } from "zod";
import { gate } from "@/lib/contract/coverage";
import { blocker } from "@/lib/contract/run";
import { time } from "@/lib/contract/scalars";
import { runKind, runStatus } from "@/lib/contract/words";

const hookRun = z.object({
  id: z.number().int().positive(),
  kind: runKind,
  status: runStatus,
  /** Of an interrupted run. */
  cause: z.enum(["shutdown", "lost"]).nullable(),
  startedBy: z.string(),
  startedAt: time,
  finishedAt: time.nullable(),
  /** Page of the run, where the console has a public origin. */
  url: z.string().nullable(),
});

const hookHead = {
  /** The same however often an event is sent. */
  id: z.string(),
  at: time,
  database: z.string(),
};

/** What the webhook is sent: ids, counts and states, no statement, no message of an error, no row. */
export const hookEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("run-finished"), ...hookHead, run: hookRun, sqlstate: z.string().nullable() }),
  z.object({
    event: z.literal("run-blocked"),
    ...hookHead,
    run: hookRun,
    step: z.string(),
    since: time,
    blockers: z.array(blocker.omit({ query: true })),
  }),
  z.object({
    event: z.literal("gate-changed"),
    ...hookHead,
    gate: gate.omit({ detail: true }),
    /** What it was before. */
    before: z.boolean().nullable(),
    measuredAt: time,
  }),
]);
export type HookEvent = z.infer<typeof hookEvent>;
export type HookEventName = HookEvent["event"];
