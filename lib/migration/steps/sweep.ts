import { setTimeout as delay } from "node:timers/promises";
import type { PhaseId, Speed } from "@/lib/contract";
import { openClient } from "@/lib/db/client";
import { toRunError } from "@/lib/db/database-error";
import { qualify } from "@/lib/db/identifier";
import type { SweepStep } from "@/lib/migration/phase";
import { SWEEP_APPLICATION } from "@/lib/migration/run/journal";
import type { RunContext } from "@/lib/migration/run/run-context";
import { readPageCount, type SweepBatch, sweepBatch } from "@/lib/migration/steps/sweep-batch";
import { type SweepTally, tallySweep } from "@/lib/migration/steps/sweep-tally";

/** Pages of the first batch; later ones adapt to the target duration. About 1,000 sessions with detoasted documents. */
const FIRST_BATCH_PAGES = 32;
const LARGEST_BATCH_PAGES = 1_024;

/** A run that rests can still be seen to move, in milliseconds. */
const LONGEST_REST_MS = 2_000;

/**
 * What each speed makes of the target duration of a batch, how long it rests after one, as a multiple of it, and whether
 * it uses more than one connection.
 */
const PACE = {
  gentle: { target: 0.5, rest: 3, isParallel: false },
  normal: { target: 1, rest: 0, isParallel: true },
  fast: { target: 2, rest: 0, isParallel: true },
} as const satisfies Record<Speed, { target: number; rest: number; isParallel: boolean }>;

/**
 * Sweeps `session_summaries` once over its pages, in committed batches on several connections: each document is parsed
 * once and fills all five columns in one update. The data is the cursor: sessions already swept are passed over, so a
 * sweep that was interrupted is simply begun again. Rows that ingest moves or adds behind the sweep stay open for the
 * next one.
 *
 * @returns sessions changed.
 */
export async function sweep(context: RunContext, phase: PhaseId, step: SweepStep): Promise<number> {
  const pages = await readPageCount(context.client, qualify(step.shape.schema, "session_summaries"));
  const tally = tallySweep(context, phase, step);
  const work: SharedWork = { batch: sweepBatch(phase, step), pages, nextPage: 0, hasFailed: false, tally };
  const helpers = await openHelpers(context, phase, Math.ceil(pages / FIRST_BATCH_PAGES) - 1);
  try {
    const everybody = [context, ...helpers].map((each, index) => sweepAlong(each, work, { isHelper: index > 0 }));
    const failure = (await Promise.allSettled(everybody)).find((ending) => ending.status === "rejected");
    if (failure !== undefined) throw failure.reason;
  } finally {
    await Promise.all(helpers.map((helper) => closeHelper(context, helper)));
  }
  return tally.finish();
}

/** What the connections of one sweep share. */
interface SharedWork {
  batch: SweepBatch;
  pages: number;
  nextPage: number;
  hasFailed: boolean;
  tally: SweepTally;
}

/** Takes page ranges until none is left, or another connection has failed. */
async function sweepAlong(context: RunContext, work: SharedWork, { isHelper }: { isHelper: boolean }): Promise<void> {
  const { control, limits } = context;
  let batchPages = FIRST_BATCH_PAGES;
  try {
    while (work.nextPage < work.pages && !work.hasFailed) {
      await control.checkpoint();
      if (isHelper && !PACE[control.speed].isParallel) {
        await rest(context, LONGEST_REST_MS / 8);
        continue;
      }
      const first = work.nextPage;
      const end = Math.min(work.pages, first + batchPages);
      work.nextPage = end;
      const startedAt = performance.now();
      const done = await work.batch(context, { first, end });
      const durationMs = performance.now() - startedAt;
      await work.tally.add(done, { pages: end - first, durationMs });
      const pace = PACE[control.speed];
      batchPages = nextBatchPages(batchPages, durationMs, limits.batchTargetMs * pace.target);
      await rest(context, Math.min(LONGEST_REST_MS, durationMs * pace.rest));
    }
  } catch (cause) {
    work.hasFailed = true;
    throw cause;
  }
}

/** The next batch size in pages: towards the target duration, at most halved or doubled at a time. */
function nextBatchPages(pages: number, durationMs: number, targetMs: number): number {
  const factor = Math.min(2, Math.max(0.5, targetMs / Math.max(1, durationMs)));
  return Math.min(LARGEST_BATCH_PAGES, Math.max(1, Math.round(pages * factor)));
}

/** Leaves the server to others for a while. */
async function rest({ control }: RunContext, ms: number): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal: control.signal }).catch(() => {});
}

/** Contexts with connections of their own; fewer where the server has none left. Their batches check the same epoch. */
async function openHelpers(context: RunContext, phase: PhaseId, most: number): Promise<RunContext[]> {
  const helpers: RunContext[] = [];
  while (helpers.length < Math.min(most, context.limits.parallelism - 1)) {
    try {
      const client = await openClient(context.target, SWEEP_APPLICATION);
      context.helpers.add(client);
      helpers.push({ ...context, client });
    } catch (cause) {
      await context.report.log("warn", phase, `Sweeping on fewer connections: ${toRunError(cause).message}`);
      break;
    }
  }
  return helpers;
}

async function closeHelper(context: RunContext, { client }: RunContext): Promise<void> {
  context.helpers.delete(client);
  await client.end().catch(() => {});
}
