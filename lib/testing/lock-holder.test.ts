import { expect, test } from "vitest";
import { aDatabase } from "@/lib/testing/database";
import { holdLock } from "@/lib/testing/lock-holder";

test("holds a lock until it is released, and says which backend does", async () => {
  const database = await aDatabase();
  await database.query("create table public.t (n integer)");
  const holder = await holdLock(database, "lock table t in share mode");
  await database.query("set lock_timeout = 50");

  await expect(database.query("insert into public.t values (1)")).rejects.toMatchObject({ code: "55P03" });
  expect(
    await database.query("select pid from pg_locks where mode = 'ShareLock' and relation = 'public.t'::regclass"),
  ).toEqual([{ pid: holder.pid }]);

  await holder.release();
  await holder.release();
  await database.query("insert into public.t values (1)");
});

test("keeps an old snapshot", async () => {
  const database = await aDatabase();
  const holder = await holdLock(database, "select count(*) from pg_class", {
    begin: "begin isolation level repeatable read",
  });

  expect(
    await database.query(
      "select pid, state from pg_stat_activity where backend_xmin is not null and pid <> pg_backend_pid()",
    ),
  ).toContainEqual({ pid: holder.pid, state: "idle in transaction" });
});
