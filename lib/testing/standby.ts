import { execFileSync } from "node:child_process";
import { chown, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { onTestFinished } from "vitest";
import { openClient, withClient } from "@/lib/db/client";
import { readServerAccount } from "@/lib/db/embedded-binaries";
import { type EmbeddedServer, readPostmaster, start, stop } from "@/lib/db/embedded-server";
import { makeDataHome } from "@/lib/testing/data-home";
import type { TestServer } from "@/lib/testing/servers";

/** A streaming replica of a server. */
export interface Standby {
  /** Stops replaying what it receives. */
  pause(): Promise<void>;
  /** Goes on replaying. */
  resume(): Promise<void>;
}

/**
 * Makes a hot standby that streams from `primary` and replays what it gets. The primary is stopped for the copy. Removed
 * with the test.
 *
 * @param primary has `max_wal_senders` above 0.
 * @param name Application name of its connection, and name of its replication slot.
 */
export async function aStandby(primary: TestServer, name: string): Promise<Standby> {
  const home = await makeDataHome();
  const account = readServerAccount();
  const server: EmbeddedServer = { folder: path.join(home, "postgres"), bin: primary.bin, account };
  const data = path.join(server.folder, "data");
  await mkdir(server.folder, { mode: 0o700 });
  if (account !== null) await chown(server.folder, account.uid, account.gid);
  await primary.stop();
  execFileSync("cp", ["-a", primary.data, data]);
  await primary.start();
  const admin = { connectionString: primary.url, schema: "public" };
  await withClient(admin, (client) => client.query("select pg_create_physical_replication_slot($1)", [name]));

  const { hostname, port, username, password } = new URL(primary.url);
  const source = `host=${hostname} port=${port} user=${username} password=${password} application_name=${name}`;
  const settings = `primary_conninfo = '${source}'\nprimary_slot_name = '${name}'\narchive_mode = off\n`;
  await writeFile(path.join(data, "postgresql.conf"), settings, { flag: "a" });
  await writeFile(path.join(data, "standby.signal"), "");
  await start(server);
  const url = new URL(primary.url);
  url.port = String((await readPostmaster(server))?.port);
  const standby = await openClient({ connectionString: url.href, schema: "public" });
  onTestFinished(async () => {
    await standby.end().catch(() => {});
    await stop(server);
    await rm(home, { recursive: true, force: true });
  });
  return {
    pause: async () => void (await standby.query("select pg_wal_replay_pause()")),
    resume: async () => void (await standby.query("select pg_wal_replay_resume()")),
  };
}
