import { expect, test } from "vitest";
import { openClient } from "@/lib/db/client";
import { aDatabase, type TestDatabase } from "@/lib/testing/database";
import { aProxy } from "@/lib/testing/tcp-proxy";

async function aTable(): Promise<TestDatabase> {
  const database = await aDatabase();
  await database.query("create table public.t (n integer)");
  return database;
}

const countRows = (database: TestDatabase) => database.query("select n from public.t order by n");

test("passes statements through, and resets all of them when cut", async () => {
  const database = await aTable();
  const proxy = await aProxy(database.target);
  const client = await openClient(proxy.target);
  expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);

  const running = client.query("select pg_sleep(30)");
  running.catch(() => {});
  proxy.cut();

  await expect(running).rejects.toThrow();
});

test("refuses new connections and takes them again", async () => {
  const database = await aTable();
  const proxy = await aProxy(database.target);
  const early = await openClient(proxy.target);

  await proxy.refuse();
  await expect(openClient(proxy.target)).rejects.toMatchObject({ code: "unreachable" });
  expect((await early.query("select 1 as one")).rows).toEqual([{ one: 1 }]);

  await proxy.accept();
  await (await openClient(proxy.target)).end();
  await early.end();
});

test("holds everything back in a black hole until it is restored", async () => {
  const database = await aTable();
  const proxy = await aProxy(database.target);
  const client = await openClient(proxy.target);
  proxy.blackHole();
  let isAnswered = false;
  const answer = client.query("insert into public.t values (1)").then(() => {
    isAnswered = true;
  });

  expect(await countRows(database)).toEqual([]);
  expect(isAnswered).toBe(false);
  proxy.restore();
  await answer;

  expect(await countRows(database)).toEqual([{ n: 1 }]);
  await client.end();
});

test("cuts after a commit was done and before it was acknowledged", async () => {
  const database = await aTable();
  const proxy = await aProxy(database.target);
  const client = await openClient(proxy.target);
  const cut = proxy.cutWhenClientSends(/\bcommit\b/);

  await client.query("begin");
  await client.query("insert into public.t values (1)");
  await expect(client.query("commit")).rejects.toThrow();
  await cut;

  expect(await countRows(database)).toEqual([{ n: 1 }]);
});

test("cuts in the middle of a message after so many bytes", async () => {
  const database = await aTable();
  const proxy = await aProxy(database.target);
  const client = await openClient(proxy.target);
  const cut = proxy.cutAfterBytes(20);

  await expect(client.query("insert into public.t values (1), (2), (3)")).rejects.toThrow();
  await cut;

  expect(await countRows(database)).toEqual([]);
});

test("delays what it passes on", async () => {
  const database = await aTable();
  const proxy = await aProxy(database.target);
  const client = await openClient(proxy.target);
  proxy.delay(100);
  const startedAt = performance.now();

  await client.query("select 1");

  expect(performance.now() - startedAt).toBeGreaterThan(150);
  await client.end();
});
