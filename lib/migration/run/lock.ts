import type pg from "pg";

/** First and second key of the session advisory lock; PostgreSQL scopes advisory locks to the database. Never change. */
export const LOCK_KEYS = [7_469_646, 16] as const;

/**
 * Tries to take the run lock for this connection. PostgreSQL frees it when the connection ends, whatever became of
 * the process, so "the row says running and the lock is free" means interrupted. Never waits: a session that waits for
 * an advisory lock holds a snapshot that CREATE INDEX CONCURRENTLY would wait for.
 *
 * Session locks are re-entrant: call it on a dedicated connection only.
 */
export async function tryRunLock(client: pg.Client): Promise<boolean> {
  const result = await client.query<{ locked: boolean }>("select pg_try_advisory_lock($1, $2) as locked", [
    ...LOCK_KEYS,
  ]);
  return result.rows[0]?.locked === true;
}

/** Frees the run lock; a connection already gone has freed it. */
export async function releaseRunLock(client: pg.Client): Promise<void> {
  await client.query("select pg_advisory_unlock($1, $2)", [...LOCK_KEYS]).catch(() => {});
}

/** Whether any session holds the run lock of this database. */
export async function isRunLockHeld(db: pg.ClientBase | pg.Pool): Promise<boolean> {
  const result = await db.query<{ held: boolean }>(
    `select exists (
       select 1 from pg_catalog.pg_locks
       where locktype = 'advisory' and granted and classid = $1::int::oid and objid = $2::int::oid and objsubid = 2
         and database = (select oid from pg_catalog.pg_database where datname = current_database())
     ) as held`,
    [...LOCK_KEYS],
  );
  return result.rows[0]?.held === true;
}
