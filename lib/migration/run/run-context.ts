import type pg from "pg";
import type { DatabaseTarget } from "@/lib/db/client";
import { RunTakenOverError } from "@/lib/migration/errors";
import type { RunControl } from "@/lib/migration/run/control";
import type { ClaimedRun } from "@/lib/migration/run/journal";
import type { RunReport } from "@/lib/migration/run/report";

/** Pace and patience of a run. */
export interface RunLimits {
  /** Target duration of one batch, in milliseconds. */
  batchTargetMs: number;
  /** Connections that a sweep uses at once, where the operator asks for no other number. */
  parallelism: number;
  /** How long a statement that blocks others may wait for its lock, in milliseconds. */
  lockTimeoutMs: number;
  /** How long a concurrent build or a validation may wait for a lock, in milliseconds. */
  indexWaitMs: number;
  /** How long a step is tried again while others hold what it needs, in milliseconds. */
  lockPatienceMs: number;
  /** How long a lost database is waited for, in milliseconds. */
  reconnectMs: number;
  /** After how long without any answer a connection counts as lost, in milliseconds. */
  silenceMs: number;
  room: RoomLimits;
}

/** Up to where a sweep may press others before it makes room for them; 0: it never does for that. */
export interface RoomLimits {
  /** How long a writer waits for rows of a batch, in milliseconds. */
  writerWaitMs: number;
  /** How long the smallest write takes to commit, in milliseconds. */
  commitMs: number;
  /** WAL that waits for the archive or for a replication slot in use. */
  walBacklogBytes: number;
  /** How far a replica is behind, in milliseconds. */
  replicaLagMs: number;
  /** How long a vacuum of `session_summaries` has been at work, in milliseconds. */
  vacuumMs: number;
}

/** What every part of a run works with. */
export interface RunContext {
  target: DatabaseTarget;
  run: ClaimedRun;
  /** The connection that holds the run lock and does all the work; another one after it was lost. */
  client: pg.Client;
  /** Connections of the same run beside `client` that work now. */
  helpers: Set<pg.Client>;
  /** Connections for journal, heartbeat and log: of this run alone, so that no page keeps them busy. */
  pool: pg.Pool;
  /** Cuts the connections of `pool`, where nothing answers any more. */
  severPool: () => void;
  report: RunReport;
  limits: RunLimits;
  /** What is wanted of the run: pause, cancel, speed, stop. */
  control: RunControl;
}

/** Process id of the backend behind `client`. */
export function backendOf(client: pg.Client): number {
  return (client as pg.Client & { processID: number | null }).processID ?? 0;
}

/** What works on a further connection of the same run: for it the others are the helpers. */
export function onConnection(context: RunContext, client: pg.Client): RunContext {
  return { ...context, client, helpers: new Set([context.client, ...context.helpers]) };
}

/**
 * Runs `work` in a READ COMMITTED transaction that commits only while this process still holds the run: the row is
 * locked `for key share` against the `for update` of a claim, which does not make the log writer wait.
 *
 * @throws {RunTakenOverError} when the epoch has moved on; nothing is committed.
 */
export async function inFencedTransaction<T>(context: RunContext, work: () => Promise<T>): Promise<T> {
  const { client, run } = context;
  await client.query("begin isolation level read committed");
  try {
    const held = await client.query("select 1 from tidemark.runs where id = $1 and epoch = $2 for key share", [
      run.id,
      run.epoch,
    ]);
    if (held.rowCount !== 1) throw new RunTakenOverError(run.id);
    const result = await work();
    await client.query("commit");
    return result;
  } catch (cause) {
    // On a connection already gone the rollback has happened; its failure must not mask the cause.
    await client.query("rollback").catch(() => {});
    throw cause;
  }
}
