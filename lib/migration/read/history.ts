import type { LogEvent, RunDetail, RunSummary } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { sqlstateOf } from "@/lib/db/database-error";
import { readTargetOf, sharedPool, withReadClient } from "@/lib/db/pool";
import type { FeedItem } from "@/lib/logs/feed-item";
import { followRun as followStoredRun } from "@/lib/logs/log-feed";
import { readLog } from "@/lib/logs/log-store";
import { readRun as readJournalledRun, readRuns as readJournalledRuns } from "@/lib/migration/run/run-records";
import { RefusalError } from "@/lib/refusal";

/** Lines read at a time. */
const LOG_PAGE = 1_000;

/** All runs, newest first; empty where nothing was ever run. */
export function readRuns(target: DatabaseTarget): Promise<RunSummary[]> {
  return readable(() => withReadClient(target, (client) => readJournalledRuns(client)));
}

/** One run with its phases, or null. */
export function readRun(target: DatabaseTarget, runId: number): Promise<RunDetail | null> {
  return readable(() => withReadClient(target, (client) => readJournalledRun(client, runId)));
}

/** A page of a run's stored log lines, in order; empty at its end. */
export function readLogLines(
  target: DatabaseTarget,
  runId: number,
  options: { afterSeq: number },
): Promise<LogEvent[]> {
  return readLog(sharedPool(readTargetOf(target)), runId, { afterSeq: options.afterSeq, limit: LOG_PAGE });
}

/** The stored log lines of a run after `afterSeq` (0: all), in order, a page at a time. */
export async function* readAllLogLines(
  target: DatabaseTarget,
  runId: number,
  { afterSeq = 0 }: { afterSeq?: number } = {},
): AsyncGenerator<LogEvent[]> {
  for (let seq = afterSeq; ; ) {
    const page = await readLogLines(target, runId, { afterSeq: seq });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    seq = last.seq;
  }
}

/** Follows a run: snapshot, stored lines after `afterSeq`, then live, until its end or until `signal` aborts. */
export function followRun(
  target: DatabaseTarget,
  runId: number,
  options: { afterSeq: number; signal: AbortSignal },
): AsyncIterable<FeedItem> {
  return followStoredRun(
    { target, pool: sharedPool(readTargetOf(target)), readRun: readJournalledRun },
    runId,
    options,
  );
}

/** Makes a refusal out of missing rights on the console's own tables. */
export async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (sqlstateOf(cause) !== "42501" && sqlstateOf((cause as { cause?: unknown }).cause) !== "42501") throw cause;
    throw new RefusalError(
      "not-eligible",
      "This role may not read schema tidemark, where the console keeps runs and logs (42501).",
      "Connect as the role that runs Tidemark, or become a member of the owner of schema tidemark.",
      { cause },
    );
  }
}
