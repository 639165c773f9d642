import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import type { BlockerPreview } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { hasJournal } from "@/lib/db/console-db";
import { sqlstateOf } from "@/lib/db/database-error";
import { sharedPool, withPooledClient } from "@/lib/db/pool";
import { openLog } from "@/lib/logs/log-store";
import { type Judged, judgeSession, type SessionEnd } from "@/lib/migration/run/end-blocker-judgement";
import { refuseEnd } from "@/lib/migration/run/end-blocker-refusals";
import { factsOf, withoutLiterals } from "@/lib/migration/steps/blockers";
import { RefusalError } from "@/lib/refusal";

/** A run waits in short tries with pauses of up to 5 s between them: so long is its next one awaited, in milliseconds. */
const PATIENCE_MS = 10_000;
/** How often it is looked whether the session is in the way now, or gone, in milliseconds. */
const LOOK_INTERVAL_MS = 100;
/** How long a session that was told to end may take, in milliseconds. */
const END_PATIENCE_MS = 5_000;

/** The session that the operator saw, and what is to become of it. */
export interface EndRequest {
  runId: number;
  pid: number;
  /** As the preview gave it: a session that got the same pid later is left alone. */
  connectedAt: string;
  /** `cancel` its statement, the connection stays; `terminate` the whole session. Either way its transaction is lost. */
  how: SessionEnd;
}

/**
 * A session in the way of a run as it is right now, with its literals masked. Changes nothing.
 *
 * @throws {RefusalError} `not-eligible` with the reason where it is gone, or may not be ended from here.
 */
export function previewBlocker(
  target: DatabaseTarget,
  { runId, pid }: Pick<EndRequest, "runId" | "pid">,
): Promise<BlockerPreview> {
  return withPooledClient(target, async (client) => {
    const judged = await judge(client, { runId, pid });
    if (judged.refusal !== null) throw refuseEnd(judged, { runId, pid });
    return toPreview(judged, pid);
  });
}

/**
 * Ends a session that keeps a run waiting, or only its statement, and says so in the log of the run. It happens in the
 * statement that finds the session in the way of the run, so that nobody else is ever hit; between two tries of the run
 * the next one is awaited.
 *
 * @throws {RefusalError} `not-eligible` with the reason; nothing was ended then, unless it says that the session was told.
 */
export function endBlocker(target: DatabaseTarget, request: EndRequest): Promise<{ pid: number }> {
  return withPooledClient(target, async (client) => {
    const ended = await endOnceInTheWay(client, request);
    const log = openLog(sharedPool(target), { runId: request.runId, epoch: ended.epoch });
    await log.write({
      level: "warn",
      phase: ended.phase,
      message: describeEnd(request, toPreview(ended, request.pid)),
    });
    await untilEnded(client, request, ended);
    return { pid: request.pid };
  });
}

async function endOnceInTheWay(client: pg.PoolClient, request: EndRequest): Promise<Judged> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const judged = await judge(client, request);
    if (judged.refusal === null) return judged;
    const isBetweenTries = judged.refusal === "not-blocking" && judged.isWaiting;
    if (!isBetweenTries || performance.now() > deadline) throw refuseEnd(judged, request);
    await delay(LOOK_INTERVAL_MS);
  }
}

async function judge(
  client: pg.PoolClient,
  asked: Pick<EndRequest, "runId" | "pid"> & Partial<EndRequest>,
): Promise<Judged> {
  try {
    const judged = (await hasJournal(client)) ? await judgeSession(client, asked) : null;
    if (judged !== null) return judged;
  } catch (cause) {
    if (sqlstateOf(cause) !== INSUFFICIENT_PRIVILEGE) throw cause;
    throw new RefusalError(
      "not-eligible",
      `PostgreSQL does not let this role end pid ${asked.pid} (42501).`,
      `Ask whoever runs the server: select pg_terminate_backend(${asked.pid}).`,
      { cause },
    );
  }
  throw new RefusalError(
    "not-eligible",
    `There is no run ${asked.runId}.`,
    "Look at the Runs page for those there are.",
  );
}

const INSUFFICIENT_PRIVILEGE = "42501";

function toPreview({ user, application, state, since, query, connectedAt }: Judged, pid: number): BlockerPreview {
  return {
    pid,
    user,
    application,
    state,
    since: since?.toISOString() ?? null,
    query: query === null ? null : withoutLiterals(query),
    connectedAt: connectedAt ?? "",
  };
}

function describeEnd({ how, pid }: EndRequest, session: BlockerPreview): string {
  const what = how === "cancel" ? `Cancelled the statement of pid ${pid}` : `Terminated pid ${pid}`;
  return `${what} at the operator's request (${factsOf(session)}): its transaction rolls back`;
}

/** Waits until the session is gone, or its statement is. */
async function untilEnded(client: pg.PoolClient, request: EndRequest, { queryStart }: Judged): Promise<void> {
  const deadline = performance.now() + END_PATIENCE_MS;
  for (;;) {
    const { rows } = await client.query<{ is_there: boolean }>(IS_STILL_THERE, [
      request.pid,
      request.connectedAt,
      request.how,
      queryStart,
    ]);
    if (rows[0]?.is_there !== true) return;
    if (performance.now() > deadline) throw refuseEnd({ refusal: "still-there" }, request);
    await delay(LOOK_INTERVAL_MS);
  }
}

const IS_STILL_THERE = `select exists (
  select 1 from pg_catalog.pg_stat_activity
  where pid = $1 and backend_start::text = $2
    and ($3 = 'terminate' or (state = 'active' and query_start::text is not distinct from $4))
) as is_there`;
