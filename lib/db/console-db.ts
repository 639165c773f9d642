import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import type pg from "pg";
import * as consoleSchema from "@/lib/db/console-schema";

/** Typed access to the console's own tables over an existing connection or pool. */
export function consoleDb(connection: pg.Pool | pg.PoolClient | pg.Client): NodePgDatabase<typeof consoleSchema> {
  return drizzle(connection, { schema: consoleSchema });
}

/** Whether the console's own tables exist; reads work without them. */
export async function hasJournal(connection: pg.Pool | pg.ClientBase): Promise<boolean> {
  const result = await connection.query<{ there: boolean }>(
    "select to_regclass('tidemark.reset_tokens') is not null as there",
  );
  return result.rows[0]?.there === true;
}
