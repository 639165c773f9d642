import type pg from "pg";

/** The server behind a connection. */
export interface ServerFacts {
  /** As PostgreSQL prints it, e.g. `18.4`. */
  version: string;
  major: number;
  /** A standby replays another server and takes no writes. */
  isInRecovery: boolean;
  /** Transactions start read only, by a setting of server, database or role. */
  isReadOnly: boolean;
}

/** Asks the server who it is. Works on every version that still runs. */
export async function readServer(client: pg.ClientBase): Promise<ServerFacts> {
  const result = await client.query<ServerFacts>(SERVER_SQL);
  const row = result.rows[0];
  if (row === undefined) throw new Error("The server did not tell its version.");
  return row;
}

// default_transaction_read_only, not transaction_read_only: a plan is read in a READ ONLY transaction on purpose.
const SERVER_SQL = `
select
  split_part(current_setting('server_version'), ' ', 1) as version,
  current_setting('server_version_num')::int / 10000 as major,
  pg_is_in_recovery() as "isInRecovery",
  current_setting('default_transaction_read_only')::boolean as "isReadOnly"`;
