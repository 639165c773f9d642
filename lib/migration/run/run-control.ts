import { and, eq, inArray, sql } from "drizzle-orm";
import type pg from "pg";
import type { Speed } from "@/lib/contract";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { consoleDb, hasJournal } from "@/lib/db/console-db";
import { runs } from "@/lib/db/console-schema";
import { notifyRun } from "@/lib/logs/log-store";
import { requeueRun } from "@/lib/migration/run/journal";
import { settleLost } from "@/lib/migration/run/lost-runs";
import { refusingActive } from "@/lib/migration/run/refuse-active";
import { RefusalError } from "@/lib/refusal";

/**
 * Asks a run, wherever it is executed, to pause between two batches; it keeps the run lock meanwhile. A queued run is
 * paused before its first step.
 *
 * @throws {RefusalError} `not-eligible` when there is no such run, or it has ended.
 */
export function pauseRun(target: DatabaseTarget, runId: number): Promise<{ runId: number }> {
  return change(target, runId, "paused", (client) =>
    client.query(
      `update tidemark.runs
       set wish = 'hold', status = case status when 'running' then 'pausing' else status end
       where id = $1 and kind <> 'verify' and status in ('queued', 'running', 'pausing', 'paused')`,
      [runId],
    ),
  );
}

/**
 * Lets a paused run go on, or puts an interrupted one back into the queue: same id, same log.
 *
 * @throws {RefusalError} `not-eligible` when it is neither, `active-run` when another run holds the database.
 */
export function resumeRun(target: DatabaseTarget, runId: number): Promise<{ runId: number }> {
  return change(target, runId, "resumed", async (client) => {
    await settleLost(client);
    const released = await client.query(
      `update tidemark.runs
       set wish = 'go', error = null, until = case when until > clock_timestamp() then until end, status = case status when 'queued' then status else 'running' end
       where id = $1 and status in ('queued', 'pausing', 'paused') and wish = 'hold'`,
      [runId],
    );
    if (released.rowCount === 1) return released;
    return { rowCount: (await refusingActive(client, () => requeueRun(client, runId))) ? 1 : 0 };
  });
}

/**
 * Cancels a run, wherever it is executed: what it has done stays done, and the next run goes on from there. A statement
 * in hand is cancelled through the server if it does not end by itself.
 *
 * @throws {RefusalError} `not-eligible` when there is no such run, or it has ended.
 */
export function cancelRun(target: DatabaseTarget, runId: number): Promise<{ runId: number }> {
  return change(target, runId, "cancelled", async (client) => {
    await settleLost(client);
    const ended = await client.query(
      `update tidemark.runs set wish = 'cancel', status = 'cancelled', phase = null, finished_at = clock_timestamp()
       where id = $1 and kind <> 'verify' and status in ('queued', 'interrupted')`,
      [runId],
    );
    if (ended.rowCount === 1) return ended;
    return client.query(
      `update tidemark.runs set wish = 'cancel', status = 'cancelling'
       where id = $1 and kind <> 'verify' and status in ('running', 'pausing', 'paused', 'cancelling')`,
      [runId],
    );
  });
}

/**
 * Changes the pace of a run that has not ended; it follows with its next batch.
 *
 * @param workers connections that a sweep is to use at once; left out: as before.
 * @throws {RefusalError} `not-eligible` when there is no such run, or it has ended.
 */
export function setRunSpeed(
  target: DatabaseTarget,
  runId: number,
  speed: Speed,
  workers?: number,
): Promise<{ runId: number }> {
  return change(target, runId, "changed", async (client) => {
    const rows = await consoleDb(client)
      .update(runs)
      .set({ speed, ...(workers === undefined ? {} : { workers }) })
      .where(
        and(
          eq(runs.id, runId),
          sql`${runs.kind} <> 'verify'`,
          inArray(runs.status, ["queued", "running", "pausing", "paused", "interrupted"]),
        ),
      )
      .returning({ id: runs.id });
    return { rowCount: rows.length };
  });
}

function change(
  target: DatabaseTarget,
  runId: number,
  done: string,
  work: (client: pg.Client) => Promise<{ rowCount: number | null }>,
): Promise<{ runId: number }> {
  return withClient(target, async (client) => {
    if (!(await hasJournal(client)) || (await work(client)).rowCount !== 1) {
      throw new RefusalError(
        "not-eligible",
        `Run ${runId} cannot be ${done}: there is no such run under way.`,
        "Look at `tidemark runs` or the Runs page: it may have ended meanwhile.",
      );
    }
    await notifyRun(client, runId);
    return { runId };
  });
}
