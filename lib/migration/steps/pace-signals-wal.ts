import type pg from "pg";
import type { Pressure, Signal } from "@/lib/migration/steps/pace-signal";

/** WAL that the archive has not taken yet, from the names of segments: every role may see these. */
export function openArchiveSignal(pool: pg.Pool, limitBytes: number): Signal {
  return {
    what: "The archive of WAL",
    async read() {
      const { rows } = await pool.query<ArchiveRow>(
        `select pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::float8 as written,
                pg_catalog.pg_size_bytes(current_setting('wal_segment_size'))::float8 as "segmentBytes",
                last_archived_wal as archived, last_failed_wal as failed
         from pg_catalog.pg_stat_archiver
         where current_setting('archive_mode') <> 'off'`,
      );
      const [row] = rows;
      const backlog = row === undefined ? null : toBacklog(row);
      if (backlog === null) return null;
      return {
        share: backlog / limitBytes,
        reason: `the archive is ${toMegabytes(backlog)} of WAL behind (limit ${toMegabytes(limitBytes)}; pg_stat_archiver says why)`,
      };
    },
  };
}

interface ArchiveRow {
  /** Bytes of WAL since ever. */
  written: number;
  segmentBytes: number;
  archived: string | null;
  failed: string | null;
}

/** Bytes behind the last archived segment, or, where none was, from the one that could not be. Pure. */
export function toBacklog({ written, segmentBytes, archived, failed }: ArchiveRow): number | null {
  const done = archived === null ? null : startOf(archived, segmentBytes);
  if (done !== null) return Math.max(0, written - done - segmentBytes);
  const stuck = failed === null ? null : startOf(failed, segmentBytes);
  return stuck === null ? null : Math.max(0, written - stuck);
}

/**
 * Where a segment begins, in bytes: timeline, then the high and the low part of its number, each eight hexadecimal
 * digits. Null for a history file. Source: PostgreSQL manual, chapter 28.6 (WAL internals).
 */
function startOf(file: string, segmentBytes: number): number | null {
  const [, high, low] = /^[0-9A-F]{8}([0-9A-F]{8})([0-9A-F]{8})/.exec(file) ?? [];
  if (high === undefined || low === undefined) return null;
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16) * segmentBytes;
}

/**
 * WAL that a replication slot keeps for whoever reads it. Only one in use: what nobody reads does not catch up, however
 * slow the sweep is.
 */
export function openSlotSignal(pool: pg.Pool, limitBytes: number): Signal {
  return {
    what: "Replication slots",
    async read() {
      const { rows } = await pool.query<{ name: string; kept: number }>(
        `select slot_name::text as name,
                pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn)::float8 as kept
         from pg_catalog.pg_replication_slots
         where active and restart_lsn is not null
         order by restart_lsn
         limit 1`,
      );
      const [slot] = rows;
      if (slot === undefined) return null;
      return {
        share: slot.kept / limitBytes,
        reason: `replication slot ${slot.name} keeps ${toMegabytes(slot.kept)} of WAL (limit ${toMegabytes(limitBytes)})`,
      };
    },
  };
}

/** How many times `max_wal_size` may be written since the last checkpoint: they are due at that size already. */
const MOST_WAL_SIZES = 2;

/** WAL since the last checkpoint that was completed: more than it should be where the disk cannot follow. */
export async function readCheckpoints(pool: pg.Pool): Promise<Pressure | null> {
  const { rows } = await pool.query<{ since: number; most: number }>(
    `select pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), redo_lsn)::float8 as since,
            pg_catalog.pg_size_bytes(current_setting('max_wal_size'))::float8 as most
     from pg_catalog.pg_control_checkpoint()`,
  );
  const [row] = rows;
  if (row === undefined) return null;
  return {
    share: row.since / (row.most * MOST_WAL_SIZES),
    reason: `checkpoints are behind: ${toMegabytes(row.since)} of WAL since the last one, max_wal_size is ${toMegabytes(row.most)}`,
  };
}

const toMegabytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2).toLocaleString("en-US")} MB`;
