import { expect, test } from "vitest";
import { readCatalog } from "@/lib/inspection/catalog";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";

/** Readings beside whoever drops objects: without a second try nearly each series has one that fails. */
const READINGS = 60;

/** Makes and drops an object of every kind that the catalog has a definition of, one after the other, until told to stop. */
async function keepChanging(database: TestDatabase, signal: AbortSignal): Promise<void> {
  const client = await database.client();
  const change = (sql: string) => client.query(`${sql}; select pg_sleep(0.02)`);
  while (!signal.aborted) {
    await change("alter table public.session_summaries add constraint passing check (true) not valid");
    await change("create index passing_index on public.session_summaries (risk_score)");
    await change("create view public.passing_view as select session_id from public.session_summaries");
    await change("create table public.ip_inventory (ip_address text primary key, known integer default 1)");
    await change("drop table public.ip_inventory");
    await change("drop view public.passing_view");
    await change("drop index public.passing_index");
    await change("alter table public.session_summaries drop constraint passing");
  }
}

test.each(["on its own", "in a transaction"])(
  "objects that go away meanwhile do not fail a reading %s",
  async (how) => {
    const database = await aCowrieDatabase();
    const client = await database.client();
    const stop = new AbortController();
    const changing = keepChanging(database, stop.signal);
    try {
      if (how === "in a transaction") await client.query("begin");
      for (let reading = 0; reading < READINGS; reading += 1) {
        const { relations, indexes, dependents } = await readCatalog(client, "public");
        expect(relations.map(({ name }) => name)).toContain("session_summaries");
        const definitions = [...indexes, ...dependents].map(({ definition }): string | null => definition);
        expect(definitions).not.toContain(null);
      }
      if (how === "in a transaction") await client.query("commit");
    } finally {
      stop.abort();
      await changing;
    }
  },
);

test("what is wrong with the reading itself is not tried for ever", async () => {
  const database = await aCowrieDatabase();
  const client = await database.client();
  await client.query("begin");
  await client.query("set local statement_timeout = 1");
  await client.query("select 1");
  await expect(readCatalog(client, "public")).rejects.toMatchObject({ code: "57014" });
});
