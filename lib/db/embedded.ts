import { createHash } from "node:crypto";
import { chmod, mkdir, realpath } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { isReachable, locateBinaries, openFallbackFolder, readServerAccount } from "@/lib/db/embedded-binaries";
import {
  EMBEDDED_NAME,
  type EmbeddedServer,
  initialise,
  isAlive,
  isInitialised,
  readPassword,
  readPostmaster,
  start,
  stop,
} from "@/lib/db/embedded-server";
import { RefusalError } from "@/lib/refusal";

/** After kill -9 a dead server may look alive for some seconds; so long is it tried again, in milliseconds. */
const PATIENCE_MS = 15_000;
const RETRY_MS = 250;

/** Settings of every embedded server: local TCP only; logs in UTC. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  shared_buffers: "256MB",
  max_wal_size: "2GB",
  timezone: "UTC",
  log_timezone: "UTC",
};

/**
 * Gives a real PostgreSQL that lives in `home`, with role and database `cowrie`. Made on the first call, started if it
 * is not running, adopted if it is; it goes on running when this process ends.
 *
 * As root the server runs as `postgres`; where that account cannot enter `home`, its data lives below the system's
 * temporary folder instead; `folder` says where.
 *
 * @param settings Further lines of postgresql.conf, of use only on the call that makes the server.
 * @throws {RefusalError} `unreachable` with cause and remedy.
 */
export async function ensureEmbedded(
  home: string,
  settings: Record<string, string> = {},
): Promise<{ connectionString: string; folder: string }> {
  try {
    const server = await openServer(home);
    if (!(await isInitialised(server))) await initialise(server, { ...SETTINGS, ...settings });
    return { connectionString: await connectOrStart(server), folder: server.folder };
  } catch (cause) {
    throw toRefusal(home, cause);
  }
}

/** Stops the server that lives in `home`, if it runs; its data stays. */
export async function stopEmbedded(home: string): Promise<void> {
  await stop(await openServer(home));
}

async function openServer(home: string): Promise<EmbeddedServer> {
  const account = readServerAccount();
  const absolute = path.resolve(home);
  const made = await mkdir(absolute, { recursive: true });
  // Only what this call made is opened up; a umask of 077 would lock the server's account out of it.
  if (made !== undefined && account !== null) await openUp(made, absolute);
  const inPlace = await realpath(absolute);
  const place = isReachable(inPlace, account) ? inPlace : openFallbackFolder(digest(inPlace));
  return { folder: path.join(place, "postgres"), bin: locateBinaries(account), account };
}

async function openUp(from: string, to: string): Promise<void> {
  for (let folder = to; ; folder = path.dirname(folder)) {
    await chmod(folder, 0o755);
    if (folder === from) return;
  }
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** Two processes may come here at once: whoever loses the start finds the other's server on the next round. */
async function connectOrStart(server: EmbeddedServer): Promise<string> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      if (!(await isAlive(server))) await start(server);
      return await connect(server);
    } catch (cause) {
      if (Date.now() > deadline) throw cause;
      await wait(RETRY_MS);
    }
  }
}

/** Checks that the server behind the port of `postmaster.pid` is the one of this folder; makes the database if missing. */
async function connect(server: EmbeddedServer): Promise<string> {
  const postmaster = await readPostmaster(server);
  if (postmaster === null) throw new Error("postmaster.pid is missing or incomplete.");
  const password = await readPassword(server);
  const toUrl = (database: string) =>
    `postgres://${EMBEDDED_NAME}:${password}@127.0.0.1:${postmaster.port}/${database}`;
  const client = new pg.Client({ connectionString: toUrl("postgres"), connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
    const served = rows[0]?.folder ?? "";
    if (path.normalize(served) !== path.join(server.folder, "data")) {
      throw new Error(`Port ${postmaster.port} is served from ${served}.`);
    }
    await createDatabase(client);
  } finally {
    await client.end().catch(() => {});
  }
  return toUrl(EMBEDDED_NAME);
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query("select from pg_catalog.pg_database where datname = $1", [EMBEDDED_NAME]);
  if (rowCount !== 0) return;
  await client.query(`create database ${EMBEDDED_NAME}`).catch((cause: { code?: string }) => {
    // 42P04 and 23505: another process made it between the two statements.
    if (cause.code !== "42P04" && cause.code !== "23505") throw cause;
  });
}

function toRefusal(home: string, cause: unknown): RefusalError {
  if (cause instanceof RefusalError) return cause;
  const { code, message } = cause as { code?: string; message?: string };
  const isDenied = code === "EACCES" || code === "EPERM";
  return new RefusalError(
    "unreachable",
    `The embedded PostgreSQL in ${home} cannot be started: ${message ?? String(cause)}`,
    isDenied
      ? `Run Tidemark as the user that first started it there, give that folder to the present user, or set TIDEMARK_HOME to another folder.`
      : "Look at postgres/server.log in that folder, set TIDEMARK_HOME to another folder, or set DATABASE_URL.",
    { cause },
  );
}
