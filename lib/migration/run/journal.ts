import { and, eq, inArray, sql } from "drizzle-orm";
import type pg from "pg";
import type { RunError, RunKind, Speed } from "@/lib/contract";
import { consoleDb } from "@/lib/db/console-db";
import { type RunOptions, runs } from "@/lib/db/console-schema";
import { notifyRun } from "@/lib/logs/log-store";

/** Application name of the further connections of a sweep. */
export const SWEEP_APPLICATION = "tidemark sweep";

type Connection = pg.Pool | pg.PoolClient | pg.Client;

/** A run that this process holds: its row, claimed under the epoch. */
export interface ClaimedRun {
  id: number;
  kind: RunKind;
  epoch: number;
  options: RunOptions;
  isResumed: boolean;
}

/** Writes a new run as `queued`; the partial unique index lets one active run through (SQLSTATE 23505 otherwise). */
export async function insertRun(
  connection: Connection,
  run: { kind: RunKind; startedBy: string; options: RunOptions; speed?: Speed; until?: Date },
): Promise<number> {
  const [row] = await consoleDb(connection)
    .insert(runs)
    .values({ status: "queued", ...run })
    .returning({ id: runs.id });
  if (row === undefined) throw new Error("insert into tidemark.runs returned no row");
  return row.id;
}

/**
 * Puts an interrupted run back into the queue: same id, same log. False if it is not interrupted any more.
 *
 * @param options.keepsWish a run that was paused when its process stopped is paused again; otherwise it goes on.
 */
export async function requeueRun(
  connection: Connection,
  runId: number,
  options: { keepsWish?: boolean; speed?: Speed; until?: Date } = {},
): Promise<boolean> {
  const { keepsWish = false, ...pace } = options;
  const rows = await consoleDb(connection)
    .update(runs)
    .set({
      status: "queued",
      cause: null,
      finishedAt: null,
      error: null,
      ...(keepsWish ? {} : { wish: "go", until: null }),
      ...pace,
    })
    .where(and(eq(runs.id, runId), eq(runs.status, "interrupted")))
    .returning({ id: runs.id });
  return rows.length > 0;
}

/**
 * Takes a queued run for this process under a new epoch. `for update` waits for a batch that an earlier holder has in
 * flight, so that nothing of it commits after the claim. Null when someone else took it.
 */
export async function claimRun(client: pg.Client, runId: number): Promise<ClaimedRun | null> {
  await endForeignSweeps(client);
  const claimed = await consoleDb(client).transaction(async (tx) => {
    const [row] = await tx.select().from(runs).where(eq(runs.id, runId)).for("update");
    if (row === undefined || row.status !== "queued") return null;
    const epoch = row.epoch + 1;
    await tx
      .update(runs)
      .set({
        status: row.wish === "hold" ? "pausing" : "running",
        epoch,
        waiting: null,
        slowBecause: null,
        claimedAt: sql`clock_timestamp()`,
        heartbeatAt: sql`clock_timestamp()`,
      })
      .where(eq(runs.id, runId));
    return { id: row.id, kind: row.kind, epoch, options: row.options, isResumed: row.epoch > 0 };
  });
  if (claimed !== null) await notifyRun(client, runId);
  return claimed;
}

/**
 * Ends what an earlier holder of the run may still have open: whoever holds the run lock knows that nobody else sweeps
 * rightfully, and a frozen process would keep the run's row, and rows of ingest, locked.
 */
async function endForeignSweeps(client: pg.Client): Promise<void> {
  await client.query(
    `select pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
     where application_name = $1 and datname = current_database() and usename = current_user`,
    [SWEEP_APPLICATION],
  );
}

/**
 * Marks runs whose process went away. Only the holder of the run lock may call it: a row that says running while the
 * lock could be taken belongs to nobody.
 */
export async function markLostRuns(connection: Connection): Promise<void> {
  await consoleDb(connection)
    .update(runs)
    .set({ status: "interrupted", cause: "lost", finishedAt: sql`clock_timestamp()` })
    .where(and(inArray(runs.status, ["running", "pausing", "paused", "cancelling"]), sql`${runs.kind} <> 'verify'`));
}

/** Ends a run. A newer epoch means another worker holds it: then nothing is written. */
export async function finishRun(
  connection: Connection,
  run: Pick<ClaimedRun, "id" | "epoch">,
  outcome: {
    status: "succeeded" | "failed" | "cancelled" | "interrupted";
    cause?: "shutdown" | "lost";
    error: RunError | null;
  },
): Promise<void> {
  await consoleDb(connection)
    .update(runs)
    .set({
      status: outcome.status,
      cause: outcome.cause ?? null,
      error: outcome.error,
      phase: null,
      waiting: null,
      finishedAt: sql`clock_timestamp()`,
    })
    .where(and(eq(runs.id, run.id), eq(runs.epoch, run.epoch)));
  await notifyRun(connection, run.id);
}
