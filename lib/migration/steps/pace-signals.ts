import type pg from "pg";
import { qualify } from "@/lib/db/identifier";
import { backendOf, type RunContext } from "@/lib/migration/run/run-context";
import { HiddenError, type Pressure, type Signal, toSeconds } from "@/lib/migration/steps/pace-signal";
import { openReplicaSignal } from "@/lib/migration/steps/pace-signals-replica";
import { openArchiveSignal, openSlotSignal, readCheckpoints } from "@/lib/migration/steps/pace-signals-wal";

/** The signals of a sweep of `context`, without those that its limits switch off. */
export function openSignals(context: RunContext): Signal[] {
  const { pool, limits, control, target } = context;
  const { writerWaitMs, commitMs, walBacklogBytes, replicaLagMs, vacuumMs } = limits.room;
  const sessions = qualify(target.schema, "session_summaries");
  return [
    ...(writerWaitMs > 0 ? [openWriterSignal(context, writerWaitMs)] : []),
    ...(commitMs > 0
      ? [{ what: "Commit latency", read: async () => toCommitPressure(control.takeQuickestBeat(), commitMs) }]
      : []),
    ...(walBacklogBytes > 0 ? [openArchiveSignal(pool, walBacklogBytes), openSlotSignal(pool, walBacklogBytes)] : []),
    ...(walBacklogBytes > 0 ? [{ what: "WAL since the last checkpoint", read: () => readCheckpoints(pool) }] : []),
    ...(replicaLagMs > 0 ? [openReplicaSignal(pool, replicaLagMs)] : []),
    ...(vacuumMs > 0 ? [openVacuumSignal(pool, sessions, vacuumMs)] : []),
    ...(vacuumMs > 0 ? [{ what: "Dead rows", read: () => readDeadRows(pool, sessions) }] : []),
  ];
}

/** Sessions that wait for what the batches in hand hold. `pg_locks` is open to every role. */
function openWriterSignal(context: RunContext, limitMs: number): Signal {
  return {
    what: "Waits of writers",
    async read() {
      const ours = [context.client, ...context.helpers].map(backendOf);
      const { rows } = await context.pool.query<{ pid: number; waited_ms: number }>(
        `select pid, extract(epoch from pg_catalog.clock_timestamp() - waitstart)::float8 * 1000 as waited_ms
         from pg_catalog.pg_locks
         where not granted and pid <> all ($1) and waitstart < pg_catalog.clock_timestamp() - interval '20 ms'
           and pg_catalog.pg_blocking_pids(pid) && $1
         order by waitstart
         limit 1`,
        [ours],
      );
      const [longest] = rows;
      if (longest === undefined) return null;
      const waited = Math.round(longest.waited_ms);
      return {
        share: longest.waited_ms / limitMs,
        reason: `pid ${longest.pid} has waited ${waited} ms for sessions of a batch (limit ${limitMs} ms)`,
      };
    },
  };
}

/** The heartbeat is the smallest write there is: what it takes, ingest takes too. */
function toCommitPressure(quickestMs: number | null, limitMs: number): Pressure | null {
  if (quickestMs === null) return null;
  return {
    share: quickestMs / limitMs,
    reason: `the smallest write takes ${Math.round(quickestMs)} ms to commit (limit ${limitMs} ms)`,
  };
}

/** A vacuum that goes on for long reclaims less than the sweep leaves behind. */
function openVacuumSignal(pool: pg.Pool, sessions: string, limitMs: number): Signal {
  const firstSeen = new Map<number, number>();
  return {
    what: "Vacuum at work",
    async read() {
      const { rows } = await pool.query<{ pid: number; is_hidden: boolean; is_ours: boolean }>(
        `select v.pid, v.relid is null as is_hidden, v.relid is not distinct from $1::regclass::oid as is_ours
         from pg_catalog.pg_stat_progress_vacuum as v
         where v.datname = pg_catalog.current_database()`,
        [sessions],
      );
      if (rows.some(({ is_hidden }) => is_hidden)) throw new HiddenError("pg_stat_progress_vacuum");
      const vacuum = rows.find(({ is_ours }) => is_ours);
      if (vacuum === undefined) {
        firstSeen.clear();
        return null;
      }
      const now = performance.now();
      const since = firstSeen.get(vacuum.pid) ?? now;
      firstSeen.set(vacuum.pid, since);
      return {
        share: (now - since) / limitMs,
        reason: `a vacuum of session_summaries (pid ${vacuum.pid}) has been at work for ${toSeconds(now - since)} (limit ${toSeconds(limitMs)})`,
      };
    },
  };
}

/** One sweep leaves a dead row for each live one at most: more means that autovacuum is behind. */
const MOST_DEAD_SHARE = 1.2;

/** Fewer are nothing to make room for. */
const FEW_DEAD_ROWS = 100_000;

/**
 * Rows that no vacuum has taken yet, as the statistics count them; null where few, or where none is to come. After a
 * restore or a crash the statistics know of no live row: then the table's own estimate counts, and without one nothing does.
 */
export async function readDeadRows(pool: pg.Pool, sessions: string): Promise<Pressure | null> {
  const { rows } = await pool.query<{ dead: number; live: number }>(
    `select pg_catalog.pg_stat_get_dead_tuples(c.oid)::float8 as dead,
            greatest(pg_catalog.pg_stat_get_live_tuples(c.oid), c.reltuples)::float8 as live
     from pg_catalog.pg_class as c
     where c.oid = $1::regclass
       -- Nothing comes that could be given room.
       and current_setting('autovacuum')::boolean
       and not coalesce(c.reloptions::text ~ 'autovacuum_enabled=(false|off|0|no)', false)`,
    [sessions],
  );
  const [row] = rows;
  if (row === undefined || row.dead < FEW_DEAD_ROWS || row.live <= 0) return null;
  const share = row.dead / row.live;
  return {
    share: share / MOST_DEAD_SHARE,
    reason: `session_summaries has ${row.dead.toLocaleString("en-US")} dead rows for ${row.live.toLocaleString("en-US")} live ones: autovacuum is behind`,
  };
}
