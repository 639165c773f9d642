import { expect, test, vi } from "vitest";
import { withClient } from "@/lib/db/client";
import { aServer } from "@/lib/testing/servers";

test("crashes, stops and starts a server of its own, on the same port and with its data", async () => {
  const server = await aServer({ work_mem: "7MB" });
  const target = { connectionString: server.url, schema: "public" };
  const ask = (sql: string) => withClient(target, async (client) => (await client.query(sql)).rows);
  await ask("create table public.kept as select 1 as one");
  expect(await ask("show work_mem")).toEqual([{ work_mem: "7MB" }]);

  const running = ask("select pg_sleep(60)");
  running.catch(() => {});
  await vi.waitFor(
    async () => expect(await ask("select from pg_stat_activity where query = 'select pg_sleep(60)'")).toHaveLength(1),
    { timeout: 10_000 },
  );
  await server.crash();
  await expect(running).rejects.toThrow();
  expect(await ask("select one from public.kept")).toEqual([{ one: 1 }]);

  await server.stop();
  await expect(ask("select 1")).rejects.toMatchObject({ code: "unreachable" });
  await server.start();
  expect(await ask("select one from public.kept")).toEqual([{ one: 1 }]);
});
