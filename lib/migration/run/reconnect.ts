import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { openClient } from "@/lib/db/client";
import { isConnectionLoss } from "@/lib/db/connection-loss";
import { sqlstateOf, toRunError } from "@/lib/db/database-error";
import { severClient } from "@/lib/db/sever";
import { RunTakenOverError } from "@/lib/migration/errors";
import { tryRunLock } from "@/lib/migration/run/lock";
import type { RunContext } from "@/lib/migration/run/run-context";
import { RefusalError } from "@/lib/refusal";

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/**
 * Waits for the database after its connection was lost, takes the run lock again on a new connection and checks that
 * this process still is the owner of the run. The lost backend may hold the lock until PostgreSQL notices that its client
 * has gone, so the lock is waited for too.
 *
 * @returns false when the database did not come back within `limits.reconnectMs`.
 * @throws {RunTakenOverError} when another process has claimed the run meanwhile; the reason of `context.signal`.
 */
export async function reconnect(context: RunContext, cause: unknown): Promise<boolean> {
  const lostAt = performance.now();
  severClient(context.client);
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
    context.control.signal.throwIfAborted();
    const client = await tryToReturn(context);
    if (client !== null) {
      context.client = client;
      context.control.watch(client);
      const seconds = ((performance.now() - lostAt) / 1_000).toFixed(1);
      const { sqlstate, message } = toRunError(cause);
      await context.report.log(
        "warn",
        null,
        `Connection lost (${sqlstate ?? message}); connected again after ${seconds} s, going on from what the database shows`,
      );
      return true;
    }
    if (performance.now() - lostAt > context.limits.reconnectMs) return false;
    await delay(waitMs, undefined, { signal: context.control.signal }).catch(() => {});
  }
}

/** A connection that holds the run lock and the run, or null: not yet. */
async function tryToReturn(context: RunContext): Promise<pg.Client | null> {
  const { target, run } = context;
  let client: pg.Client | null = null;
  try {
    client = await openClient(target, "tidemark run");
    if (!(await tryRunLock(client))) throw new NotYetError();
    // Another process may have marked the run as lost meanwhile; nobody has claimed it while the epoch is ours.
    const held = await client.query(
      `update tidemark.runs
       set status = case wish when 'hold' then 'pausing' when 'cancel' then 'cancelling' else 'running' end,
           cause = null, finished_at = null, error = null, heartbeat_at = clock_timestamp()
       where id = $1 and epoch = $2
         and (status in ('running', 'pausing', 'paused', 'cancelling') or (status = 'interrupted' and cause = 'lost'))`,
      [run.id, run.epoch],
    );
    if (held.rowCount !== 1) throw new RunTakenOverError(run.id);
    return client;
  } catch (cause) {
    if (client !== null) severClient(client);
    if (cause instanceof RunTakenOverError) throw cause;
    // Another run became active while this one counted as lost.
    if (sqlstateOf(cause) === "23505") throw new RunTakenOverError(run.id);
    if (isAway(cause)) return null;
    throw cause;
  }
}

class NotYetError extends Error {}

/** Not to be had for now: down, starting, full, standing by, or the lost backend still holds the lock. */
function isAway(cause: unknown): boolean {
  if (cause instanceof NotYetError || cause instanceof RefusalError || isConnectionLoss(cause)) return true;
  return ["53300", "25006"].includes(sqlstateOf(cause) ?? "");
}
