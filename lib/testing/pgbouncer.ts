import { spawn } from "node:child_process";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished, vi } from "vitest";
import { type DatabaseTarget, readDatabaseAddress } from "@/lib/db/client";
import { readServerAccount } from "@/lib/db/embedded-binaries";
import { findFreePort } from "@/lib/db/embedded-server";
import { findProgram, reasonToSkip } from "@/lib/testing/debian-package";

/** Why a test with a real PgBouncer is skipped, or null if it can run. Printed. */
export const reasonToSkipPooler = (): string | null => reasonToSkip("pgbouncer", "pgbouncer");

/**
 * Puts a PgBouncer before the server of `target`; ended with the test.
 *
 * @param options.mode When a server connection goes back to the others; default `transaction`.
 * @returns the same database, through the pooler.
 */
export async function aPooler(
  target: DatabaseTarget,
  options: { mode?: "session" | "transaction" | "statement" } = {},
): Promise<DatabaseTarget> {
  const binary = findProgram("pgbouncer");
  if (binary === null) throw new Error("PgBouncer is not installed.");
  const url = new URL(target.connectionString);
  const { host, port } = readDatabaseAddress(target.connectionString);
  const folder = await mkdtemp(path.join(tmpdir(), "tidemark-pgbouncer-"));
  const listenPort = await findFreePort();
  const users = path.join(folder, "users.txt");
  const configuration = path.join(folder, "pgbouncer.ini");
  const quoted = (text: string) => `"${decodeURIComponent(text).replaceAll('"', '""')}"`;
  await writeFile(users, `${quoted(url.username)} ${quoted(url.password)}\n`);
  await writeFile(
    configuration,
    `[databases]
* = host=${host} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = ${options.mode ?? "transaction"}
default_pool_size = 4
server_lifetime = 3600
`,
  );
  // It refuses to run as root.
  const account = readServerAccount();
  await chmod(folder, 0o700);
  if (account !== null) for (const file of [folder, users, configuration]) await chown(file, account.uid, account.gid);

  const child = spawn(binary, ["--quiet", configuration], {
    ...account,
    cwd: "/",
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr?.on("data", (text) => {
    complaint += String(text);
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  await vi
    .waitFor(() => expectListening(listenPort), { timeout: 10_000 })
    .catch((cause: unknown) => {
      throw new Error(`PgBouncer did not start: ${complaint}`, { cause });
    });
  url.hostname = "127.0.0.1";
  url.port = String(listenPort);
  return { ...target, connectionString: url.href };
}

function expectListening(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: "127.0.0.1", port }, () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
  });
}
