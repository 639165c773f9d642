import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import path from "node:path";
import { onTestFinished } from "vitest";
import { withClient } from "@/lib/db/client";
import { locateBinaries, readServerAccount } from "@/lib/db/embedded-binaries";
import {
  EMBEDDED_NAME,
  type EmbeddedServer,
  initialise,
  readPassword,
  readPostmaster,
  start,
  stop,
} from "@/lib/db/embedded-server";
import { makeDataHome } from "@/lib/testing/data-home";

/** A PostgreSQL whose data nobody will miss. */
export interface TestServer {
  /** Superuser URL of its database `postgres`; the port stays the same over stop and start. */
  url: string;
  /** The data folder, and the folder of `pg_ctl` and its kin. */
  data: string;
  bin: string;
  /** Ends every session at once and replays the log, as after a crash; back when connections are taken again. */
  crash(): Promise<void>;
  /** Ends every session and stays away. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/** Its time zone is odd so that a missing UTC shows itself. */
const THROW_AWAY = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  max_connections: "200",
  shared_buffers: "128MB",
  wal_level: "minimal",
  max_wal_senders: "0",
  timezone: "Australia/Eucla",
};

/** Without the server's own ICU as provider, which came with PostgreSQL 15. */
const PLAIN_LOCALE = ["--locale", "C"];

/**
 * Starts a server on a free port: the embedded PostgreSQL, or the one whose binaries lie in the folder that
 * `TIDEMARK_TEST_POSTGRES` names.
 *
 * @param settings Further lines of postgresql.conf; they win over those of a throw-away server.
 */
export async function startServer(settings: Record<string, string> = {}): Promise<TestServer> {
  const home = await makeDataHome();
  const account = readServerAccount();
  const bin = process.env.TIDEMARK_TEST_POSTGRES || locateBinaries(account);
  const server: EmbeddedServer = { folder: path.join(home, "postgres"), bin, account };
  await initialise(server, { ...THROW_AWAY, ...settings }, ...(readMajor(bin) < 15 ? [PLAIN_LOCALE] : []));
  await start(server);
  const port = (await readPostmaster(server))?.port;
  const password = await readPassword(server);
  const data = path.join(server.folder, "data");
  const url = `postgres://${EMBEDDED_NAME}:${password}@127.0.0.1:${port}/postgres`;
  if (readMajor(bin) >= 16) await hashOnce(url, password);
  return {
    url,
    data,
    bin,
    // pg_ctl restart keeps the options of the first start, and so the port.
    crash: () => control(server, ["restart", "--mode", "immediate", "--log", path.join(server.folder, "server.log")]),
    stop: () => stop(server),
    start: () => control(server, ["start", "-o", `-p ${port}`, "--log", path.join(server.folder, "server.log")]),
    async remove() {
      await stop(server);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Hashing the password 4,096 times is half of what a connection costs, and tests open thousands. */
async function hashOnce(connectionString: string, password: string): Promise<void> {
  await withClient({ connectionString, schema: "public" }, async (client) => {
    await client.query("set scram_iterations = 1");
    await client.query(`alter role ${EMBEDDED_NAME} password '${password}'`);
  });
}

/** A server of one test, removed with it: for what would disturb the others. What was committed survives a crash. */
export async function aServer(settings: Record<string, string> = {}): Promise<TestServer> {
  const server = await startServer({ synchronous_commit: "on", wal_level: "replica", ...settings });
  onTestFinished(() => server.remove());
  return server;
}

/** Major version of the binaries in `bin`. */
function readMajor(bin: string): number {
  const text = execFileSync(path.join(bin, "postgres"), ["--version"], { encoding: "utf8" });
  return Number(/(\d+)/.exec(text)?.[1]);
}

async function control(server: EmbeddedServer, parameters: string[]): Promise<void> {
  const wait = ["--wait", "--pgdata", path.join(server.folder, "data")];
  // With a pipe the server would keep it open, and this process with it.
  const child = spawn(path.join(server.bin, "pg_ctl"), [...parameters, ...wait], {
    ...server.account,
    cwd: "/",
    detached: true,
    stdio: "ignore",
    env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" } as unknown as NodeJS.ProcessEnv,
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`pg_ctl ${parameters[0]} ended with ${code}.`);
}
