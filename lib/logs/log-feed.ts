import type pg from "pg";
import { ACTIVE_STATUSES, type RunDetail } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { isConnectionLoss } from "@/lib/db/connection-loss";
import { doorbellOf } from "@/lib/logs/doorbell";
import { type FeedItem, toChanges } from "@/lib/logs/feed-item";
import { readLog } from "@/lib/logs/log-store";
import { createWaiter } from "@/lib/logs/waiter";

/** Lines a read, and so the most that one follower holds in memory. */
const PAGE_LINES = 500;
/** Floor under the doorbell, in milliseconds: what a lost notification can delay. */
const POLL_INTERVAL_MS = 15_000;
/** The same for a queued run, whose `isUnclaimed` comes with time and rings no bell. */
const QUEUED_POLL_INTERVAL_MS = 2_500;
/** Shortest time between two readings of the run, in milliseconds: progress changes no faster for a follower. */
const RUN_INTERVAL_MS = 250;
/** Shortest time between two reads of lines that come one by one, in milliseconds. */
const LOG_INTERVAL_MS = 40;
/** Pause after a read that lost its connection, in milliseconds. */
const RETRY_INTERVAL_MS = 1_000;

/** Where a feed reads: LISTEN on a connection of its own to `target`, everything else on `pool`. */
export interface FeedSource {
  target: DatabaseTarget;
  pool: pg.Pool;
  readRun: (pool: pg.Pool, runId: number) => Promise<RunDetail | null>;
}

/** There is no run of that id. */
export class UnknownRunError extends Error {
  override readonly name = "UnknownRunError";

  constructor(runId: number) {
    super(`There is no run ${runId}.`);
  }
}

/**
 * Follows a run: a `run` snapshot, the stored lines after `afterSeq` (0: all), then what happens as it happens, and
 * `end` after the last line once the run holds the database no more. No line is lost or repeated, whatever becomes of
 * connections; lines come one page at a time, as the consumer takes them. Ends silently when `signal` aborts.
 *
 * @throws {UnknownRunError} when there is no such run, or its record was removed meanwhile.
 */
export async function* followRun(
  source: FeedSource,
  runId: number,
  { afterSeq = 0, signal }: { afterSeq?: number; signal: AbortSignal },
): AsyncGenerator<FeedItem, void, undefined> {
  const doorbell = doorbellOf(source.target);
  const waiter = createWaiter(signal);
  const hangUp = doorbell.listen(runId, waiter.ring);
  const share = <T>(what: string, read: () => Promise<T>) =>
    shareRead(`${source.target.connectionString} ${doorbell.generation()} ${runId} ${what}`, read);

  let seq = afterSeq;
  let seen: RunDetail | null = null;
  let runReadAt = Number.NEGATIVE_INFINITY;
  try {
    while (!signal.aborted) {
      // Armed before the reads: what rings while they are under way is read in the next round.
      waiter.arm();
      const isRunDue = performance.now() - runReadAt >= RUN_INTERVAL_MS;
      try {
        const run: RunDetail | null = isRunDue ? await share("run", () => source.readRun(source.pool, runId)) : seen;
        if (run === null) throw new UnknownRunError(runId);
        if (isRunDue) runReadAt = performance.now();
        if (seen === null) yield { type: "run", run };

        // The lines after the run: those that led to a change come before it, and all of them before `end`.
        for (let isMore = true; isMore; ) {
          const afterPage = seq;
          const lines = await share(`log ${afterPage}`, () =>
            readLog(source.pool, runId, { afterSeq: afterPage, limit: PAGE_LINES }),
          );
          for (const line of lines) {
            if (signal.aborted) return;
            seq = line.seq;
            yield line;
          }
          isMore = lines.length === PAGE_LINES;
        }

        if (seen !== null) yield* toChanges(seen, run);
        seen = run;
        if (!isActive(run)) return yield { type: "end", status: run.status, error: run.error };
      } catch (cause) {
        // Before the first snapshot the caller can still answer with an error; afterwards the stream outlives a restart.
        if (seen === null || !isConnectionLoss(cause)) throw cause;
        await waiter.pause(RETRY_INTERVAL_MS);
        continue;
      }
      await waiter.pause(LOG_INTERVAL_MS);
      await waiter.wait(isRunDue ? pollInterval(seen) : RUN_INTERVAL_MS);
    }
  } finally {
    hangUp();
  }
}

function isActive(run: RunDetail): boolean {
  return ACTIVE_STATUSES.some((status) => status === run.status);
}

function pollInterval(run: RunDetail): number {
  return run.status === "queued" ? QUEUED_POLL_INTERVAL_MS : POLL_INTERVAL_MS;
}

const readsUnderWay = new Map<string, Promise<unknown>>();

/** Twenty followers woken by one ring read once: whoever asks for the same thing meanwhile gets the same answer. */
function shareRead<T>(key: string, read: () => Promise<T>): Promise<T> {
  const underWay = readsUnderWay.get(key);
  if (underWay !== undefined) return underWay as Promise<T>;
  const started = read().finally(() => readsUnderWay.delete(key));
  readsUnderWay.set(key, started);
  return started;
}
