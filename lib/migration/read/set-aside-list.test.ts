import { expect, test } from "vitest";
import { readAllSetAside, readSetAside, readSetAsideGroups } from "@/lib/migration";
import { aCowrieDatabase } from "@/lib/testing/database";
import { aSweepableDatabase } from "@/lib/testing/sweeping";

/** Values at which the list is tried, from two runs that met each of them. */
const VALUES = 100_000;

test("a hundred thousand values are listed page by page, each once, in one order", async () => {
  const database = await aSweepableDatabase();
  const [first, second] = [await database.aRun(), await database.aRun()];
  await database.query(
    `insert into tidemark.set_aside (run_id, table_name, key, field, reason, value)
     select run, 'session_summaries', md5(n::text), case n % 4 when 0 then 'snapshot_country' else 'snapshot_asn' end,
       case n % 4 when 0 then 'country-unreadable' else 'asn-unreadable' end, run::text
     from generate_series(1, $1::int) as n, unnest($2::bigint[]) as run`,
    [VALUES, [first, second]],
  );
  await database.query("analyze tidemark.set_aside");
  const { target } = database;

  expect(await readSetAsideGroups(target)).toMatchObject([
    { table: "session_summaries", field: "snapshot_asn", reason: "asn-unreadable", count: 75_000 },
    { table: "session_summaries", field: "snapshot_country", reason: "country-unreadable", count: 25_000 },
  ]);
  const seen = new Set<string>();
  for await (const chunk of readAllSetAside(target)) {
    for (const { key, runId } of chunk) {
      expect(runId).toBe(second);
      seen.add(key);
    }
  }
  expect(seen.size).toBe(VALUES);

  const filter = { reason: "country-unreadable" };
  const page = await readSetAside(target, { filter, after: null, limit: 100 });
  expect(page.values).toHaveLength(100);
  expect(page.values.every(({ reason }) => reason === "country-unreadable")).toBe(true);
  const [before] = (await readSetAside(target, { filter, after: page.next, limit: 100 })).values;
  const [expected] = await database.query<{ key: string }>(
    `select key from tidemark.set_aside where run_id = $1 and field = 'snapshot_country' order by key offset 100 limit 1`,
    [first],
  );
  expect(before?.key).toBe(expected?.key);
});

test("a filter narrows by table, field and reason, and the last page says that it is the last", async () => {
  const database = await aSweepableDatabase();
  const runId = await database.aRun();
  await database.query(
    `insert into tidemark.set_aside values
      ($1, 'session_summaries', 'a', 'source_ip', 'ip-unreadable', 'x'),
      ($1, 'session_summaries', 'a', 'document', 'document-unreadable', null),
      ($1, 'ip_inventory', '1.1.1.1', 'current_asn', 'asn-out-of-range', '0')`,
    [runId],
  );
  const list = async (filter: object, limit = 10) => {
    const { values, next } = await readSetAside(database.target, { filter, after: null, limit });
    return [values.map(({ field }) => field), next?.field];
  };
  expect(await list({})).toEqual([["current_asn", "document", "source_ip"], undefined]);
  expect(await list({}, 3)).toEqual([["current_asn", "document", "source_ip"], undefined]);
  expect(await list({}, 2)).toEqual([["current_asn", "document"], "document"]);
  expect(await list({ table: "ip_inventory" })).toEqual([["current_asn"], undefined]);
  expect(await list({ field: "source_ip" })).toEqual([["source_ip"], undefined]);
  expect(await list({ reason: "document-unreadable", table: "session_summaries" })).toEqual([["document"], undefined]);
  expect(await list({ reason: "nothing" })).toEqual([[], undefined]);
  for (const { meaning, remedy } of await readSetAsideGroups(database.target)) expect(meaning && remedy).toBeTruthy();
});

test("before the first run nothing is set aside", async () => {
  const { target } = await aCowrieDatabase();
  expect(await readSetAside(target, { filter: {}, after: null, limit: 10 })).toEqual({ values: [], next: null });
  expect(await readSetAsideGroups(target)).toEqual([]);
});
