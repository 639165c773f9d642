import type pg from "pg";
import { RefusalError } from "@/lib/refusal";

/** Queries outside a transaction that must all reach the same backend. */
const ROUNDS = 3;

/** Advisory lock of this check alone; 16 is of runs and 17 of the console's own tables. Taken and given back at once. */
const PROBE_KEYS = [7_469_646, 18] as const;

/**
 * Why `client` is no direct connection to the server, or null. A run needs one: its lock and its settings belong to one
 * backend, which a transaction pooler hands to somebody else after each statement. Three short round trips; to be asked
 * when a run is opened, on the connection that is going to hold the lock.
 */
export async function checkDirect(client: pg.Client): Promise<RefusalError | null> {
  const announced = (client as pg.Client & { processID: number | null }).processID;
  await client.query("select pg_catalog.pg_try_advisory_lock_shared($1, $2)", [...PROBE_KEYS]);
  try {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const { rows } = await client.query<Probe>(PROBE_SQL, [...PROBE_KEYS]);
      const [probe] = rows;
      // A pooler gives its clients a number of its own, whatever backend serves them.
      if (probe?.pid !== announced) return refuse("answers in the name of another session");
      if (!probe.isLocked) return refuse("does not keep a session's lock");
      if (!probe.hasSettings) return refuse("does not keep a session's settings");
    }
    return null;
  } finally {
    await client.query("select pg_catalog.pg_advisory_unlock_shared($1, $2)", [...PROBE_KEYS]).catch(() => {});
  }
}

interface Probe {
  pid: number;
  isLocked: boolean;
  hasSettings: boolean;
}

function refuse(what: string): RefusalError {
  return new RefusalError(
    "not-eligible",
    `DATABASE_URL leads through a connection pooler, such as PgBouncer: it ${what}.`,
    "Set DATABASE_URL to the server itself, past the pooler (often port 5432 instead of 6432): a run needs one session of its own from beginning to end. The application may go on using the pooler.",
  );
}

const PROBE_SQL = `
select
  pg_catalog.pg_backend_pid() as pid,
  exists (
    select 1 from pg_catalog.pg_locks
    where locktype = 'advisory' and granted and pid = pg_catalog.pg_backend_pid()
      and classid = $1::int::oid and objid = $2::int::oid
  ) as "isLocked",
  current_setting('search_path') = 'pg_catalog, pg_temp' as "hasSettings"`;
