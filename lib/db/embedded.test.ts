import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { ensureEmbedded, stopEmbedded } from "@/lib/db/embedded";

/** A folder of its own for one server, which is stopped and removed afterwards. */
async function aHome(): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), "tidemark-embedded-"));
  execFileSync("chmod", ["755", home]);
  onTestFinished(async () => {
    await stopEmbedded(home);
    await rm(home, { recursive: true, force: true });
  });
  return home;
}

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("gives role and database cowrie, and adopts the running server on the second call", async () => {
  const home = await aHome();
  const first = await ensureEmbedded(home);
  await query(first.connectionString, "create table public.kept as select 1 as one");

  const second = await ensureEmbedded(home);

  expect(second).toEqual(first);
  expect(await query(second.connectionString, "select current_user, current_database(), one from public.kept")).toEqual(
    [{ current_user: "cowrie", current_database: "cowrie", one: 1 }],
  );
});

test("starts again what was stopped, with the data it had", async () => {
  const home = await aHome();
  await query((await ensureEmbedded(home)).connectionString, "create table public.kept as select 1 as one");
  await stopEmbedded(home);

  const again = await ensureEmbedded(home);

  expect(await query(again.connectionString, "select one from public.kept")).toEqual([{ one: 1 }]);
});

test("starts again after the server was killed", async () => {
  const home = await aHome();
  await query((await ensureEmbedded(home)).connectionString, "create table public.kept as select 1 as one; checkpoint");
  const [pid] = (await readFile(path.join(home, "postgres/data/postmaster.pid"), "utf8")).split("\n");
  process.kill(Number(pid), "SIGKILL");

  const again = await ensureEmbedded(home);

  expect(await query(again.connectionString, "select one from public.kept")).toEqual([{ one: 1 }]);
});

test("makes one server when two callers come at once", async () => {
  const home = await aHome();
  const [one, other] = await Promise.all([ensureEmbedded(home), ensureEmbedded(home)]);
  expect(one).toEqual(other);
});

test.runIf(process.getuid?.() === 0)(
  "keeps the data elsewhere when the server's account cannot enter the folder",
  async () => {
    // mkdtemp makes it 0700, as home folders are.
    const parent = await mkdtemp(path.join(tmpdir(), "tidemark-closed-"));
    const home = path.join(parent, "home");
    const { connectionString, folder } = await ensureEmbedded(home);
    onTestFinished(async () => {
      await stopEmbedded(home);
      await rm(path.dirname(folder), { recursive: true, force: true });
      await rm(parent, { recursive: true, force: true });
    });

    expect(await query(connectionString, "select current_setting('data_directory') as folder")).toEqual([
      { folder: path.join(folder, "data") },
    ]);
    expect(folder.startsWith(parent)).toBe(false);
    expect(await ensureEmbedded(home)).toEqual({ connectionString, folder });
  },
);
