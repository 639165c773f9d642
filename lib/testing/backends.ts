import type pg from "pg";
import type { TestDatabase } from "@/lib/testing/database";

/** The process of the server that serves `client`. */
export function backendPid(client: pg.Client): number {
  const { processID } = client as pg.Client & { processID: number | null };
  if (processID === null) throw new Error("The client is not connected.");
  return processID;
}

/** The backend that holds the run lock of this database; null when none does. */
export async function runLockHolder(database: TestDatabase): Promise<number | null> {
  const rows = await database.query<{ pid: number }>(
    `select l.pid from pg_locks as l join pg_database as d on d.oid = l.database
     where d.datname = current_database() and l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.objid = 16`,
  );
  return rows[0]?.pid ?? null;
}
