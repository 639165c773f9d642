import { readFileSync } from "node:fs";
import { type DatabaseTarget, withClient } from "@/lib/db/client";

/** What a migration took of the disk, in bytes. */
export interface DiskUse {
  /** Heap and indexes of `session_summaries`, documents out of line not counted. */
  tableBefore: number;
  /** Null where the files are hidden in one transaction. */
  tablePeak: number | null;
  databaseBefore: number;
  databasePeak: number;
  wal: number;
}

/** How often sizes are looked at, and memory, in milliseconds. */
const DISK_INTERVAL_MS = 500;
const MEMORY_INTERVAL_MS = 100;

/** Does `work` on the database of `target` and watches its files. No lock of a migration can hold the looking up. */
export async function meterDisk<T>(
  target: DatabaseTarget,
  work: () => Promise<T>,
): Promise<{ result: T; disk: DiskUse }> {
  return withClient(target, async (client) => {
    const look = async () => {
      const { rows } = await client.query<{ table: number; database: number; wal: number }>(SIZES);
      return rows[0] ?? { table: 0, database: 0, wal: 0 };
    };
    const before = await look();
    const peak = { ...before };
    let pending = Promise.resolve();
    const note = async () => {
      const { table, database } = await look();
      peak.table = Math.max(peak.table, table);
      peak.database = Math.max(peak.database, database);
    };
    const timer = setInterval(() => {
      // Nobody waits for this look: one that fails is reported with the last one below.
      pending = pending.then(note).catch(() => {});
    }, DISK_INTERVAL_MS);
    try {
      const result = await work();
      clearInterval(timer);
      await pending;
      await note();
      const { wal } = await look();
      const disk = {
        ...{ tableBefore: before.table, tablePeak: peak.table },
        ...{ databaseBefore: before.database, databasePeak: peak.database, wal: wal - before.wal },
      };
      return { result, disk };
    } finally {
      clearInterval(timer);
    }
  });
}

/** Sizes of files, which need no lock, in segments of 1 GB. Source: PostgreSQL manual, chapter 66.1. */
const SIZES = `
select
  (select sum((pg_stat_file(pg_relation_filepath(c.oid) || segment, true)).size)::int8
   from pg_class c, (select case part when 0 then '' else '.' || part end as segment from generate_series(0, 31) part) files
   where c.oid = 'public.session_summaries'::regclass
      or c.oid in (select indexrelid from pg_index where indrelid = 'public.session_summaries'::regclass)) as table,
  pg_database_size(current_database()) as database,
  (pg_current_wal_insert_lsn() - '0/0')::int8 as wal`;

/** Memory of a process that is being watched. */
export interface MemoryWatch {
  /** The most that was resident since the watch began, in bytes; null where the system does not tell. */
  stop(): number | null;
}

/** Watches the resident memory of a process, where the system has /proc. */
export function watchMemory(pid: number | undefined): MemoryWatch {
  let peak: number | null = null;
  const look = () => {
    const now = residentBytes(pid);
    if (now !== null) peak = Math.max(peak ?? 0, now);
  };
  look();
  const timer = setInterval(look, MEMORY_INTERVAL_MS).unref();
  return {
    stop() {
      look();
      clearInterval(timer);
      return peak;
    },
  };
}

/** Memory that a process is resident with now, in bytes. */
export const residentBytes = (pid: number | undefined) => readStatus(pid, "VmRSS");

/** The most that a process was ever resident with, in bytes. */
export const peakResidentBytes = (pid: number | undefined) => readStatus(pid, "VmHWM");

/** Null when the process has ended, or the system has no /proc. Source: proc_pid_status(5). */
function readStatus(pid: number | undefined, field: string): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/status`, "utf8");
    const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
  } catch {
    return null;
  }
}
