import { readFile, statfs } from "node:fs/promises";
import path from "node:path";
import type pg from "pg";
import { qualify } from "@/lib/db/identifier";
import { readSettings } from "@/lib/env";
import type { Inspection } from "@/lib/inspection/inspection";

/** Growth of heap and indexes of `session_summaries` at its peak, as a share of their size: each row is written once anew. */
const PEAK_GROWTH = 1.2;

/** Addresses a session, where no statistics tell: between the 2 % measured and the 18 % claimed of production. */
const ADDRESSES_A_SESSION = 0.2;

/** An inventory row without its document, its index entries included, in bytes. */
const INVENTORY_ROW_BYTES = 500;

/** What sorting takes for one session, in bytes: an address and a row pointer, or times and a key. */
const SORTED_ROW_BYTES = 64;

/** What a run takes at its peak, in bytes: an estimate, on the high side. */
export interface StorageForecast {
  /** Heap and indexes of `session_summaries`. */
  growth: number;
  inventories: number;
  /** WAL that is kept at the same time, and WAL that is written altogether. */
  wal: number;
  walWritten: number;
  /** The largest sort beyond memory, as a temporary file. */
  temp: number;
  /** What the disk of the forecast has to hold of all that. */
  needed: number;
}

/** The storage of the server as far as the role may see it; sizes in bytes. */
export interface StorageFacts {
  heapBytes: number;
  /** Documents out of line. */
  toastBytes: number;
  indexBytes: number;
  maxWalBytes: number;
  sortMemoryBytes: number;
  /** WAL is kept beyond `max_wal_size`: for an archive or a replication slot. */
  keepsWal: boolean;
  /** The tablespace of `session_summaries` is another disk than that of WAL and temporary files. */
  isApart: boolean;
  /** Free bytes and where that is known from; null where it is not. */
  free: { bytes: number; source: string } | null;
}

/**
 * What the run that is still to do takes of the disk. Pure.
 *
 * growth = 1.2 x (heap + indexes) x open share. inventories = addresses x (a document + 500 bytes).
 * WAL written = heap x open share (the image of each page touched first after a checkpoint) + growth + inventories, of
 * which at most `max_wal_size` is kept unless an archive or a slot holds it. temp = 64 bytes a session in one sort, if
 * that is more than `maintenance_work_mem`.
 */
export function forecastStorage(inspection: Inspection, facts: StorageFacts): StorageForecast {
  const { sessions, openFraction, distinctIps } = inspection.estimates;
  const share = openFraction ?? 1;
  const growth = Math.round((facts.heapBytes + facts.indexBytes) * PEAK_GROWTH * share);
  const documentBytes = sessions === 0 ? 0 : (facts.heapBytes + facts.toastBytes) / sessions;
  const addresses = distinctIps ?? sessions * ADDRESSES_A_SESSION;
  const inventories = Math.round(addresses * share * (documentBytes + INVENTORY_ROW_BYTES));
  const walWritten = Math.round(facts.heapBytes * share) + growth + inventories;
  const wal = facts.keepsWal ? walWritten : Math.min(walWritten, facts.maxWalBytes);
  const sorted = sessions * SORTED_ROW_BYTES * Math.ceil(share);
  const temp = sorted > facts.sortMemoryBytes ? sorted : 0;
  const needed = facts.isApart ? growth : growth + inventories + wal + temp;
  return { growth, inventories, wal, walWritten, temp, needed };
}

/** `1,234 MB`, rounded up. */
export function toMegabytes(bytes: number): string {
  return `${(roundUp(bytes) / MEGABYTE).toLocaleString("en-US")} MB`;
}

const MEGABYTE = 1024 ** 2;

const roundUp = (bytes: number) => Math.ceil(bytes / MEGABYTE) * MEGABYTE;

/** One line: what is needed, what for, and what is free. */
export function describeForecast(forecast: StorageForecast, { free }: Pick<StorageFacts, "free">): string {
  const { growth, inventories, wal, walWritten, temp, needed } = forecast;
  const parts = [
    `session_summaries ${toMegabytes(growth)}`,
    `inventories ${toMegabytes(inventories)}`,
    wal === walWritten
      ? `WAL ${toMegabytes(wal)}`
      : `WAL ${toMegabytes(wal)} kept at once, ${toMegabytes(walWritten)} written in all`,
    ...(temp > 0 ? [`sorting ${toMegabytes(temp)}`] : []),
  ];
  const known =
    free === null
      ? "how much is free cannot be seen from here (set TIDEMARK_DISK_FREE_BYTES to have it checked)"
      : `free ${toMegabytes(free.bytes)} (${free.source})`;
  // Of parts that are rounded up, so that the sum is that of the parts shown.
  const total =
    needed === growth ? needed : [growth, inventories, wal, temp].reduce((sum, part) => sum + roundUp(part), 0);
  return `Disk, at its peak: up to ${toMegabytes(total)} more (${parts.join(", ")}); ${known}`;
}

/** Reads the storage facts; free space from the setting, else from the file system where the server is this machine. */
export async function readStorageFacts(client: pg.ClientBase, inspection: Inspection): Promise<StorageFacts> {
  const sessions = qualify(inspection.live.schema, "session_summaries");
  const { rows } = await client.query<Row>(STORAGE_SQL, [sessions]);
  const [row] = rows;
  if (row === undefined) throw new Error("The server did not tell its storage.");
  const { dataFolder, tablespace, startedAt, ...facts } = row;
  const isApart = tablespace !== "";
  return { ...facts, isApart, free: readStatedSpace() ?? (await readFreeSpace({ dataFolder, tablespace, startedAt })) };
}

type Row = Omit<StorageFacts, "free" | "isApart"> & Place;

interface Place {
  /** Null where the role may not see it. */
  dataFolder: string | null;
  /** Folder of a tablespace of its own, or empty. */
  tablespace: string;
  /** Start of the server, in seconds since 1970. */
  startedAt: number;
}

function readStatedSpace(): StorageFacts["free"] {
  const bytes = readSettings().TIDEMARK_DISK_FREE_BYTES;
  return bytes === undefined ? null : { bytes, source: "TIDEMARK_DISK_FREE_BYTES" };
}

/**
 * Free bytes of the file system that holds the table. A folder of that name is not enough (containers have it too):
 * the server's own `postmaster.pid` has to tell the same start.
 */
async function readFreeSpace({ dataFolder, tablespace, startedAt }: Place): Promise<StorageFacts["free"]> {
  if (dataFolder === null) return null;
  try {
    // Line 3 is the start time. Source: PostgreSQL manual, chapter 66.1, and src/include/utils/pidfile.h.
    const started = Number((await readFile(path.join(dataFolder, "postmaster.pid"), "utf8")).split("\n")[2]);
    if (Math.abs(started - startedAt) > 2) return null;
    const folder = tablespace === "" ? dataFolder : tablespace;
    const { bavail, bsize } = await statfs(folder);
    return { bytes: bavail * bsize, source: `file system of ${folder}` };
  } catch {
    return null;
  }
}

const STORAGE_SQL = `
select
  pg_catalog.pg_relation_size(c.oid) as "heapBytes",
  pg_catalog.pg_table_size(c.oid) - pg_catalog.pg_relation_size(c.oid) as "toastBytes",
  pg_catalog.pg_indexes_size(c.oid) as "indexBytes",
  pg_catalog.pg_size_bytes(current_setting('max_wal_size')) as "maxWalBytes",
  pg_catalog.pg_size_bytes(current_setting('maintenance_work_mem')) as "sortMemoryBytes",
  current_setting('archive_mode') <> 'off'
    or exists (select 1 from pg_catalog.pg_replication_slots where not temporary) as "keepsWal",
  -- Asking for it without the right would be an error.
  case when pg_catalog.pg_has_role('pg_read_all_settings', 'USAGE') then current_setting('data_directory') end as "dataFolder",
  coalesce(pg_catalog.pg_tablespace_location(coalesce(nullif(c.reltablespace, 0), d.dattablespace)), '') as tablespace,
  extract(epoch from pg_catalog.pg_postmaster_start_time())::float8 as "startedAt"
from pg_catalog.pg_class as c
join pg_catalog.pg_database as d on d.datname = pg_catalog.current_database()
where c.oid = $1::pg_catalog.regclass`;
