import { setTimeout as delay } from "node:timers/promises";
import type { PhaseId } from "@/lib/contract";
import { openClient } from "@/lib/db/client";
import { toRunError } from "@/lib/db/database-error";
import { qualify } from "@/lib/db/identifier";
import type { SweepStep } from "@/lib/migration/phase";
import { SWEEP_APPLICATION } from "@/lib/migration/run/journal";
import { onConnection, type RunContext } from "@/lib/migration/run/run-context";
import { adaptBatchSize, type BatchSize, FIRST_BATCH_PAGES } from "@/lib/migration/steps/batch-size";
import { type Pace, watchPace } from "@/lib/migration/steps/pace";
import {
  NOTHING,
  type Pages,
  readPageCount,
  type Scout,
  type SweepBatch,
  sweepBatch,
  sweepScout,
} from "@/lib/migration/steps/sweep-batch";
import { type SweepTally, tallySweep } from "@/lib/migration/steps/sweep-tally";

/**
 * Sweeps `session_summaries` once over its pages, in committed batches on several connections: each document is parsed
 * once and fills all five columns in one update. The data is the cursor: sessions already swept are passed over, so a
 * sweep that was interrupted is simply begun again. Rows that ingest moves or adds behind the sweep stay open for the
 * next one.
 *
 * @returns sessions changed.
 */
export async function sweep(context: RunContext, phase: PhaseId, step: SweepStep): Promise<number> {
  const sessions = qualify(step.shape.schema, "session_summaries");
  const pages = step.isNeeded ? await readPageCount(context.client, sessions) : 0;
  const pace = watchPace(context, phase);
  const work: SharedWork = {
    phase,
    batch: sweepBatch(phase, step),
    scout: sweepScout(step),
    pages,
    nextPage: 0,
    failure: null,
    tally: tallySweep(context, phase, step, pace),
    pace,
    size: adaptBatchSize(step.sessions / Math.max(1, pages)),
    helpers: new Map(),
    canHaveMore: true,
  };
  try {
    await sweepAlong(context, work, 0);
    await Promise.all(work.helpers.values());
  } finally {
    await work.tally.close();
    await pace.close();
  }
  if (work.failure !== null) throw work.failure.cause;
  return work.tally.finish();
}

/**
 * Pages that are looked over at once where sessions are swept already: more each time, as nothing is locked for it, and
 * few again behind a find, since the rest of a range is looked over once more.
 */
const FIRST_PAGES_AHEAD = 128;
const MOST_PAGES_AHEAD = 4_096;

const NO_PAGES: Pages = { first: 0, end: 0 };

/** What the connections of one sweep share. */
interface SharedWork {
  phase: PhaseId;
  batch: SweepBatch;
  scout: Scout;
  pages: number;
  nextPage: number;
  /** Of the first that met one: the others stop after the batch in hand. */
  failure: { cause: unknown } | null;
  tally: SweepTally;
  pace: Pace;
  size: BatchSize;
  /** By place, from 1: the run's own connection has place 0. */
  helpers: Map<number, Promise<void>>;
  /** False once the server had no further connection. */
  canHaveMore: boolean;
}

/** Takes page ranges until none is left, another connection has failed, or this one is one too many. Never throws. */
async function sweepAlong(context: RunContext, work: SharedWork, place: number): Promise<void> {
  const { control } = context;
  const { pace, size, tally } = work;
  /** Taken by this connection and not done yet. */
  let own = NO_PAGES;
  /** Pages to look over before the next batch, once one has found nothing to change; 0 while they have something. */
  let ahead = 0;
  try {
    while (work.failure === null) {
      await control.checkpoint();
      if (own.first >= own.end) {
        if (place >= Math.max(1, pace.workers)) return;
        own = takePages(work, Math.max(ahead, size.pages));
        // Another connection took the last pages meanwhile.
        if (own.first >= own.end) return;
      }
      if (place === 0) callHelpers(context, work);
      const lookedAt = performance.now();
      const first = ahead > 0 ? await work.scout(context, own) : own.first;
      const startedAt = performance.now();
      if (first === null) {
        await tally.add(NOTHING, { pages: own.end - own.first, durationMs: startedAt - lookedAt });
        ahead = Math.min(2 * ahead, MOST_PAGES_AHEAD);
        own = NO_PAGES;
        continue;
      }
      const end = Math.min(own.end, first + size.pages);
      const done = await work.batch(context, { first, end });
      own = { first: end, end: own.end };
      const durationMs = performance.now() - startedAt;
      await tally.add(done, { pages: end - first, durationMs });
      size.learn({ pages: end - first, changed: done.changed, durationMs }, pace.targetMs);
      ahead = done.changed === 0 ? FIRST_PAGES_AHEAD : 0;
      // Behind the last batch there is nobody to make room for.
      const restMs = work.nextPage < work.pages ? pace.restAfter(durationMs) : 0;
      if (restMs > 0) await delay(restMs, undefined, { signal: control.signal }).catch(() => {});
    }
  } catch (cause) {
    work.failure ??= { cause };
  }
}

/** The next pages that nobody has taken, at most `most`; none at the end of the table. */
function takePages(work: SharedWork, most: number): Pages {
  const first = work.nextPage;
  work.nextPage = Math.min(work.pages, first + most);
  return { first, end: work.nextPage };
}

/** Fills the places of further connections that the pace allows, as far as there is work for them. */
function callHelpers(context: RunContext, work: SharedWork): void {
  const inDemand = Math.min(work.pace.workers, Math.ceil((work.pages - work.nextPage) / FIRST_BATCH_PAGES));
  for (let place = 1; place < inDemand && work.canHaveMore; place += 1) {
    if (work.helpers.has(place)) continue;
    const helper = help(context, work, place).finally(() => work.helpers.delete(place));
    work.helpers.set(place, helper);
  }
}

/** Sweeps along on a connection of its own, whose batches check the same epoch. */
async function help(context: RunContext, work: SharedWork, place: number): Promise<void> {
  const client = await openClient(context.target, SWEEP_APPLICATION).catch(async (cause: unknown) => {
    const isFirst = work.canHaveMore;
    work.canHaveMore = false;
    const line = `Sweeping on fewer connections: ${toRunError(cause).message}`;
    if (isFirst) await context.report.log("warn", work.phase, line).catch(() => {});
    return null;
  });
  if (client === null) return;
  const own = onConnection(context, client);
  context.helpers.add(client);
  try {
    await sweepAlong(own, work, place);
  } finally {
    context.helpers.delete(client);
    await client.end().catch(() => {});
  }
}
