import { backendPid } from "@/lib/testing/backends";
import type { TestDatabase } from "@/lib/testing/database";

/** A session that stands in the way. */
export interface LockHolder {
  /** Its backend, as `pg_blocking_pids` names it. */
  pid: number;
  /** Ends its transaction, and with it its locks; nothing happens the second time. */
  release(): Promise<void>;
}

/**
 * Runs `sql` in a transaction that stays open until it is released: `lock table …`, an update, or a first read under
 * REPEATABLE READ for a snapshot that only grows older. Ended with the test.
 *
 * @param options.begin How the transaction is opened; default `begin`.
 */
export async function holdLock(
  database: TestDatabase,
  sql: string,
  options: { begin?: string } = {},
): Promise<LockHolder> {
  const client = await database.client();
  await client.query("set search_path = public");
  await client.query(options.begin ?? "begin");
  await client.query(sql);
  let released: Promise<unknown> | undefined;
  return {
    pid: backendPid(client),
    async release() {
      released ??= client.query("rollback").catch(() => {});
      await released;
    },
  };
}
