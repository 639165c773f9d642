import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import type { ServerAccount } from "@/lib/db/embedded-binaries";

/** One PostgreSQL data folder, the binaries that serve it and the account they run under. */
export interface EmbeddedServer {
  /** Holds `data/` and `server.log`. */
  folder: string;
  bin: string;
  account: ServerAccount;
}

/** Name of the superuser and of the database. A role `tidemark` would draw unqualified CREATEs into schema `tidemark`. */
export const EMBEDDED_NAME = "cowrie";

/** Sorting by a real locale, from the binaries' own ICU: a query that forgets COLLATE "C" shows itself. From PostgreSQL 15. */
const ICU_LOCALE = ["--locale", "C", "--locale-provider", "icu", "--icu-locale", "en-US"];

/** How long a server may take to start or stop, in seconds. */
const CONTROL_TIMEOUT_S = 60;

const dataFolder = (server: EmbeddedServer) => path.join(server.folder, "data");
const logFile = (server: EmbeddedServer) => path.join(server.folder, "server.log");
/** Inside the data folder, so that the two appear together and can never belong to different servers. */
const PASSWORD_FILE = "tidemark-password";

/** The password of the superuser. */
export async function readPassword(server: EmbeddedServer): Promise<string> {
  return (await readFile(path.join(dataFolder(server), PASSWORD_FILE), "utf8")).trim();
}

/** Port and process of the server that last wrote `postmaster.pid`, running or not; null without one. */
export async function readPostmaster(server: EmbeddedServer): Promise<{ pid: number; port: number } | null> {
  const text = await readFile(path.join(dataFolder(server), "postmaster.pid"), "utf8").catch(() => "");
  // Line 1 is the process, line 4 the port. Source: PostgreSQL manual, chapter 66.1, and src/include/utils/pidfile.h.
  const [pid, , , port] = text.split("\n").map(Number);
  return pid && port ? { pid, port } : null;
}

/** Whether the folder holds a finished data folder. */
export async function isInitialised(server: EmbeddedServer): Promise<boolean> {
  return readFile(path.join(dataFolder(server), "PG_VERSION")).then(
    () => true,
    () => false,
  );
}

/**
 * Makes the data folder. It appears in one rename, so a second caller at the same time finds either none or all of it.
 *
 * @param settings Appended to postgresql.conf.
 * @param locale Parameters of initdb.
 */
export async function initialise(
  server: EmbeddedServer,
  settings: Record<string, string>,
  locale: string[] = ICU_LOCALE,
): Promise<void> {
  await openServerFolder(server);
  const unfinished = path.join(server.folder, `data.${process.pid}.${randomBytes(4).toString("hex")}`);
  const secret = `${unfinished}.password`;
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(secret, randomBytes(24).toString("base64url"), { mode: 0o600 });
  await give(server, unfinished, secret);
  try {
    await run(server, "initdb", [
      ...["--pgdata", unfinished, "--username", EMBEDDED_NAME, "--pwfile", secret, "--auth", "scram-sha-256"],
      ...["--encoding", "UTF8", ...locale, "--no-sync"],
    ]);
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
    await writeFile(path.join(unfinished, "postgresql.conf"), lines.join(""), { flag: "a" });
    await rename(secret, path.join(unfinished, PASSWORD_FILE));
    await rename(unfinished, dataFolder(server));
  } catch (cause) {
    // Somebody else was faster: a folder is not renamed over one that holds something.
    if (!(await isInitialised(server))) throw cause;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
    await rm(secret, { force: true });
  }
}

async function openServerFolder(server: EmbeddedServer): Promise<void> {
  await mkdir(server.folder, { recursive: true });
  await chmod(server.folder, 0o700);
  await give(server, server.folder);
}

async function give(server: EmbeddedServer, ...paths: string[]): Promise<void> {
  if (server.account === null) return;
  for (const entry of paths) await chown(entry, server.account.uid, server.account.gid);
}

/** Whether a process that looks like the server of this folder is alive; for some seconds after a kill it may be a ghost. */
export async function isAlive(server: EmbeddedServer): Promise<boolean> {
  // Exit 0: running, 3: not running, 4: no accessible data folder. Source: PostgreSQL manual, pg_ctl.
  return run(server, "pg_ctl", ["status", "--pgdata", dataFolder(server)]).then(
    () => true,
    () => false,
  );
}

/**
 * Starts the server on a free port and waits until it accepts connections. It outlives this process.
 *
 * @throws {Error} with the end of the server's log.
 */
export async function start(server: EmbeddedServer): Promise<void> {
  const options = `-p ${await findFreePort()}`;
  const wait = ["--wait", "--timeout", String(CONTROL_TIMEOUT_S)];
  try {
    await run(server, "pg_ctl", [
      "start",
      "--pgdata",
      dataFolder(server),
      "--log",
      logFile(server),
      "-o",
      options,
      ...wait,
    ]);
  } catch (cause) {
    const log = await readFile(logFile(server), "utf8").catch(() => "");
    throw new Error(`PostgreSQL did not start: ${log.trim().split("\n").slice(-5).join("\n")}`, { cause });
  }
}

/** Stops the server, ending its sessions; nothing happens when it is not running. */
export async function stop(server: EmbeddedServer): Promise<void> {
  const wait = ["--wait", "--timeout", String(CONTROL_TIMEOUT_S)];
  if (await isAlive(server))
    await run(server, "pg_ctl", ["stop", "--pgdata", dataFolder(server), "--mode", "fast", ...wait]);
}

/** A TCP port on 127.0.0.1 that nothing listens on at this moment. */
export async function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Runs one of the binaries to its end, detached: Ctrl-C in the terminal must not reach the server it starts. */
async function run(server: EmbeddedServer, binary: "initdb" | "pg_ctl", parameters: string[]): Promise<void> {
  const child = spawn(path.join(server.bin, binary), parameters, {
    ...server.account,
    // A working directory that the account cannot enter makes every PostgreSQL binary complain.
    cwd: server.account === null ? server.folder : "/",
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    // PG* variables of the operator's shell would redirect the binaries to another server.
    env: { NODE_ENV: process.env.NODE_ENV, PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    // Not 'close': on Windows the server keeps the inherited pipes open.
    child.once("exit", resolve);
  });
  child.stdout.destroy();
  child.stderr.destroy();
  if (code !== 0) throw new Error(`${binary} ended with ${code}: ${output.trim()}`);
}
