import type pg from "pg";
import { onTestFinished } from "vitest";
import { type RunDetail, type RunPhase, runDetail } from "@/lib/contract";
import { openPool } from "@/lib/db/client";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { aDatabase, type TestDatabase } from "@/lib/testing/database";

/** A database with the console's tables and one running run at epoch 1. */
export interface JournalDatabase extends TestDatabase {
  runId: number;
  /** A pool of its own, ended with the test. */
  pool(): pg.Pool;
  /** The run as rows say, without a look at locks. */
  readRun(connection: pg.Pool, runId: number): Promise<RunDetail | null>;
}

/** An empty database with a journal that holds one running run and no line. */
export async function aJournalDatabase(): Promise<JournalDatabase> {
  const database = await aDatabase();
  await migrateConsoleSchema(await database.client());
  const [run] = await database.query<{ id: number }>(
    "insert into tidemark.runs (kind, status, started_by, epoch) values ('migrate', 'running', 'cli', 1) returning id",
  );
  const pool = () => {
    const opened = openPool(database.target, { max: 8 });
    onTestFinished(() => opened.end());
    return opened;
  };
  return { ...database, runId: run?.id ?? 0, pool, readRun };
}

async function readRun(connection: pg.Pool, runId: number): Promise<RunDetail | null> {
  const { rows } = await connection.query("select * from tidemark.runs where id = $1", [runId]);
  const row = rows[0];
  if (row === undefined) return null;
  const phases = await connection.query("select * from tidemark.run_phases where run_id = $1 order by phase", [runId]);
  return runDetail.parse({
    id: row.id,
    kind: row.kind,
    status: row.status,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    startedBy: row.started_by,
    cause: row.cause,
    phase: row.phase,
    durationMs: null,
    error: row.error,
    phases: phases.rows.map(
      (phase): RunPhase => ({
        id: phase.phase,
        title: phase.phase,
        state: phase.state,
        startedAt: phase.started_at.toISOString(),
        finishedAt: phase.finished_at?.toISOString() ?? null,
        durationMs: phase.duration_ms,
        rows: phase.rows,
        done: phase.done,
        total: phase.total,
        rowsPerSecond: phase.rows_per_second,
        etaSeconds: phase.eta_seconds,
      }),
    ),
    lastSeq: row.last_seq,
    isUnclaimed: false,
    setAside: [],
    speed: row.speed,
    workers: row.workers,
    slowBecause: row.slow_because,
    held: null,
    until: row.until?.toISOString() ?? null,
    waiting: row.waiting,
  } satisfies Record<keyof RunDetail, unknown>);
}
