import pg from "pg";
import { malformedUrl } from "@/lib/db/address";
import { forgetRowContent } from "@/lib/db/row-content";
import { severClient } from "@/lib/db/sever";
import { secureTransport } from "@/lib/db/tls";
import { toUnreachable } from "@/lib/db/unreachable";
import { RefusalError } from "@/lib/refusal";

export { readDatabaseAddress } from "@/lib/db/address";
export { toUnreachable } from "@/lib/db/unreachable";

/** A database and the schema in it that holds `session_summaries`. */
export interface DatabaseTarget {
  connectionString: string;
  /** For what only reads, under a role of fewer rights; absent: the same as for everything else. */
  readConnectionString?: string;
  schema: string;
}

forgetRowContent();

const INT8_OID = 20;

/** How long a connection may take to be had, session settings included, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;

/** int8 as number: every count here stays far below 2^53. */
const numericInt8: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
};

/**
 * Every session of the console reads names, dates and rows the same way, whatever the role's defaults are:
 * qualified names only, UTC, ISO dates, READ COMMITTED, row-level security an error instead of a silent filter.
 * Source: PostgreSQL manual, chapter 20.11 (client connection defaults).
 */
const SESSION_SETTINGS = `
set search_path = pg_catalog, pg_temp;
set timezone = 'UTC';
set datestyle = 'ISO, YMD';
set intervalstyle = 'iso_8601';
set bytea_output = 'hex';
set extra_float_digits = 1;
set row_security = off;
set default_transaction_isolation = 'read committed';
set statement_timeout = 0;
-- A frozen process must not keep the rows of its batch from ingest.
set idle_in_transaction_session_timeout = '60s';
set tcp_keepalives_idle = 10;
set tcp_keepalives_interval = 5;
set tcp_keepalives_count = 3;
set standard_conforming_strings = on;
-- Compiling the expressions of a batch takes three times as long as running them.
set jit = off;
-- What only newer servers know: a backend whose client went away ends its statement and frees its locks (14), and no limit
-- set on the role ends a run that waits or a long transaction (14, 17). Looking them up in pg_settings would read all of it.
select set_config(name, value, false)
from (values
  ('client_connection_check_interval', '1s'),
  ('idle_session_timeout', '0'),
  ('transaction_timeout', '0')
) known (name, value)
where current_setting(name, true) is not null;
`;

function connectionOptions(target: DatabaseTarget, applicationName: string): pg.ClientConfig {
  const { connectionString, ssl } = secureTransport(target.connectionString);
  return {
    connectionString,
    ssl,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: numericInt8,
  };
}

/**
 * Opens a dedicated connection with the session settings of the console; the caller ends it.
 *
 * @throws {RefusalError} `unreachable` with cause and remedy, `usage` for a malformed URL.
 */
export async function openClient(target: DatabaseTarget, applicationName = "tidemark"): Promise<pg.Client> {
  const client = createClient(target, applicationName);
  // A lost backend must surface at the next query, not as an unhandled 'error' event that ends the process.
  client.on("error", () => {});
  // A server that accepts and then says nothing is as unreachable as one that is not there.
  const impatience = setTimeout(() => severClient(client), CONNECT_TIMEOUT_MS);
  try {
    await client.connect();
    await applySessionSettings(client);
  } catch (cause) {
    severClient(client);
    throw toUnreachable(target, cause);
  } finally {
    clearTimeout(impatience);
  }
  return client;
}

function createClient(target: DatabaseTarget, applicationName: string): pg.Client {
  try {
    return new pg.Client(connectionOptions(target, applicationName));
  } catch (cause) {
    // pg reads certificate files named in the URL here; its message may repeat the URL.
    throw cause instanceof RefusalError ? cause : malformedUrl();
  }
}

/** Runs `work` on a connection of its own and ends it, whatever happens. */
export async function withClient<T>(
  target: DatabaseTarget,
  work: (client: pg.Client) => Promise<T>,
  applicationName?: string,
): Promise<T> {
  const client = await openClient(target, applicationName);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** A pool whose connections all carry the session settings of the console; the caller ends it. */
export function openPool(target: DatabaseTarget, options: { max?: number; applicationName?: string } = {}): pg.Pool {
  const pool = new pg.Pool({
    ...connectionOptions(target, options.applicationName ?? "tidemark"),
    max: options.max ?? 4,
    idleTimeoutMillis: 30_000,
    onConnect: applySessionSettings,
  });
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

async function applySessionSettings(client: pg.ClientBase): Promise<void> {
  await client.query(SESSION_SETTINGS);
}
