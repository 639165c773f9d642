import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import { TABLES_OF_INTEREST } from "@/lib/inspection/ownership";
import { RefusalError } from "@/lib/refusal";

/** How often a locked table is looked at again, in milliseconds. */
const POLL_MS = 100;

/** A session whose lock keeps even readers out. */
interface Holder {
  pid: number;
  user: string;
  application: string;
  table: string;
  seconds: number;
}

/**
 * Waits until no other session changes a table of interest. ACCESS EXCLUSIVE, held or waited for, makes everybody wait
 * who asks for the size or a definition of the table: asked first, the wait is bounded and the other session has a name.
 *
 * @throws {RefusalError} `unreachable` after `patienceMs`, naming that session.
 */
export async function awaitReadable(client: pg.ClientBase, schema: string, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const { rows } = await client.query<Holder>(HOLDERS_SQL, [schema, TABLES_OF_INTEREST]);
    const [holder] = rows;
    if (holder === undefined) return;
    if (performance.now() >= deadline) throw refuse(schema, holder);
    await wait(POLL_MS);
  }
}

function refuse(schema: string, { pid, user, application, table, seconds }: Holder): RefusalError {
  const who = `pid ${pid} (role ${user}, ${application === "" ? "application without a name" : `application ${application}`})`;
  return new RefusalError(
    "unreachable",
    `${who} is changing ${schema}.${table}, for ${seconds} s now: nothing can be read of the table meanwhile.`,
    `Wait until it is done, or end it: select pg_terminate_backend(${pid}). If it is the application's own migration, let it end, and keep the application from upgrading during a run; ingest may go on.`,
  );
}

// Sessions of the console change tables for moments only, and one of them may be the run that is shown.
const HOLDERS_SQL = `
select
  a.pid,
  coalesce(a.usename, '') as user,
  a.application_name as application,
  c.relname as table,
  coalesce(extract(epoch from pg_catalog.clock_timestamp() - a.xact_start), 0)::int as seconds
from pg_catalog.pg_locks as l
join pg_catalog.pg_stat_activity as a on a.pid = l.pid
join pg_catalog.pg_class as c on c.oid = l.relation
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and a.datname = pg_catalog.current_database()
  and l.database = (select d.oid from pg_catalog.pg_database as d where d.datname = a.datname)
  and n.nspname = $1 and c.relname = any ($2::text[])
  and a.pid <> pg_catalog.pg_backend_pid() and a.application_name not like 'tidemark%'
order by a.xact_start
limit 1`;
