import { expect, test } from "vitest";

import { aCowrieDatabase, aDatabase } from "@/lib/testing/database";

test("gives every test a database of its own and drops it", async () => {
  const one = await aDatabase();
  const other = await aDatabase();
  await one.query("create table public.mine as select 1 as one");

  expect(await other.query("select to_regclass('public.mine') as found")).toEqual([{ found: null }]);

  const name = new URL(one.target.connectionString).pathname.slice(1);
  await one.drop();
  expect(await other.query("select from pg_catalog.pg_database where datname = $1", [name])).toEqual([]);
});

test.each(["json", "jsonb"] as const)("makes a v15 database whose documents are %s", async (enrichmentType) => {
  const database = await aCowrieDatabase({
    enrichmentType,
    schema: "honeypot",
    sessions: [
      {
        sessionId: "a1",
        enrichment: { dshield: { ip: { number: "198.51.100.7" } } },
        columns: { event_count: 3 },
        events: [{ payload: { src_ip: "198.51.100.7" }, eventTimestamp: "2025-01-01T00:00:00Z" }],
      },
      { sessionId: "a2" },
    ],
  });

  expect(
    await database.query(
      `select s.session_id, s.event_count, pg_typeof(s.enrichment)::text as type, e.payload
       from honeypot.session_summaries s left join honeypot.raw_events e using (session_id) order by s.session_id`,
    ),
  ).toEqual([
    { session_id: "a1", event_count: 3, type: enrichmentType, payload: { src_ip: "198.51.100.7" } },
    { session_id: "a2", event_count: 0, type: enrichmentType, payload: null },
  ]);
  expect(await database.query("select value from honeypot.schema_state where key = 'schema_version'")).toEqual([
    { value: "15" },
  ]);
});

test("copies a database with everything in it", async () => {
  const database = await aCowrieDatabase({ schema: "honeypot", sessions: [{ sessionId: "a1" }] });

  const copy = await database.copy();
  await database.query("delete from honeypot.session_summaries");

  expect(copy.target.schema).toBe("honeypot");
  expect(await copy.query("select session_id from honeypot.session_summaries")).toEqual([{ session_id: "a1" }]);
});
