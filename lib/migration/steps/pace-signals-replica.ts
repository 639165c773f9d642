import type pg from "pg";
import { HiddenError, type Signal, toSeconds } from "@/lib/migration/steps/pace-signal";

/** Positions of the WAL that are remembered, one a reading. */
const REMEMBERED = 3_600;

interface Replica {
  name: string;
  isHidden: boolean;
  /** Bytes of WAL written and not yet replayed there. */
  behind: number;
  written: number;
  /** As PostgreSQL measured it, in milliseconds; null when it did not. */
  measuredMs: number | null;
}

/**
 * How far the replicas are behind. PostgreSQL measures that only while a replica moves on; one that stands still is
 * measured here, by when the WAL was where the replica is.
 */
export function openReplicaSignal(pool: pg.Pool, limitMs: number): Signal {
  const positions: { at: number; written: number }[] = [];

  function lagOf({ behind, written, measuredMs }: Replica, now: number): number {
    if (behind <= 0) return 0;
    const passed = positions.find((position) => position.written > written - behind);
    return Math.max(measuredMs ?? 0, passed === undefined ? 0 : now - passed.at);
  }

  return {
    what: "Replica lag",
    async read() {
      const { rows } = await pool.query<Replica>(REPLICAS_SQL);
      if (rows.length === 0) return null;
      if (rows.some(({ isHidden }) => isHidden)) throw new HiddenError("pg_stat_replication");
      const now = performance.now();
      positions.push({ at: now, written: rows[0]?.written ?? 0 });
      if (positions.length > REMEMBERED) positions.shift();
      const lags = rows.map((replica) => ({ name: replica.name, ms: lagOf(replica, now) }));
      const worst = lags.reduce((most, each) => (each.ms > most.ms ? each : most));
      return {
        share: worst.ms / limitMs,
        reason: `replica ${worst.name} is ${toSeconds(worst.ms)} behind (limit ${toSeconds(limitMs)})`,
      };
    },
  };
}

// A base backup and a receiver of WAL replay nothing. A role without the right sees that there is one, and nothing of it.
const REPLICAS_SQL = `
select
  coalesce(nullif(application_name, ''), pid::text) as name,
  state is null as "isHidden",
  coalesce(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), replay_lsn), 0)::float8 as behind,
  pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::float8 as written,
  extract(epoch from replay_lag)::float8 * 1000 as "measuredMs"
from pg_catalog.pg_stat_replication
where state is null or (state in ('streaming', 'catchup') and replay_lsn is not null)`;
