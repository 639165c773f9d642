import fc from "fast-check";
import { expect, test } from "vitest";
import { generatedFunctions } from "@/lib/enrichment/generated-functions";
import { populateIpInventorySql } from "@/lib/enrichment/inventory-sql";
import { readTextLines, reasonToSkip } from "@/lib/testing/oracle/shared-data";
import { aProviderDocument } from "@/lib/testing/provider-documents";
import { aSweepableDatabase, type SweepableDatabase } from "@/lib/testing/sweeping";

const EXAMPLES = "enrichment-examples.ndjson";

/** Rows whose generated columns differ from what the sweep made of their newest document's session. */
function readDifferences(database: SweepableDatabase): Promise<unknown[]> {
  return database.query(`
    select i.ip_address, i.geo_country, s.snapshot_country, i.ip_types, s.snapshot_ip_types
    from public.ip_inventory as i
    join public.session_summaries as s on s.source_ip = i.ip_address
    where (i.geo_country, i.ip_types) is distinct from (coalesce(s.snapshot_country, 'XX'), s.snapshot_ip_types)`);
}

test.each(["json", "jsonb"] as const)(
  "generated columns equal what the sweep computes from the same %s document",
  async (enrichmentType) => {
    const documents = fc.sample(aProviderDocument, { numRuns: 1500, seed: 16 });
    const database = await aSweepableDatabase({ enrichmentType });
    await database.query(
      `insert into public.session_summaries (session_id, enrichment)
       select n, d::${enrichmentType} from unnest($1::text[]) with ordinality as t(d, n)`,
      [documents.map((document) => JSON.stringify(document))],
    );
    await database.sweep();
    // One session an address: the newest document of each row is then the session's own.
    await database.query(`delete from public.session_summaries as s
      using public.session_summaries as other where other.source_ip = s.source_ip and other.session_id > s.session_id`);
    await database.query(populateIpInventorySql(database.shape, { touchedOnly: false }));
    expect(await readDifferences(database)).toEqual([]);
    const [variety] = await database.query<{ countries: number; types: number }>(
      `select count(distinct geo_country)::int as countries, count(distinct ip_types)::int as types from public.ip_inventory`,
    );
    expect(variety?.countries).toBeGreaterThan(2);
    expect(variety?.types).toBeGreaterThan(5);
  },
);

test("generated columns equal the sweep on every published example", async (context) => {
  const reason = reasonToSkip(EXAMPLES);
  if (reason !== null) return context.skip(reason);
  const examples = readTextLines(EXAMPLES).map((line) => line.replace(/^.*?"enrichment": /, "").slice(0, -1));
  const database = await aSweepableDatabase({
    sessions: examples.map((enrichmentText, index) => ({
      sessionId: `${index}`,
      enrichmentText,
      events: [{ payload: { src_ip: `10.0.0.${index}` } }],
    })),
  });
  await database.sweep();
  await database.query(populateIpInventorySql(database.shape, { touchedOnly: false }));
  const differences = await readDifferences(database);
  // The one with NUL escapes cannot be a row's document; its snapshot stays NULL.
  expect(differences).toMatchObject([{ geo_country: "XX", ip_types: [], snapshot_ip_types: null }]);
});

const FLAGS: [json: string, flag: boolean | null][] = [
  ...["true", '"true"', '"T"', '"1"', '" YES "', '"on"', "1", "1.0"].map((json): [string, boolean] => [json, true]),
  ...["false", '"False"', '"f"', '"0"', '"no"', '"OFF"', "0", "-0.0"].map((json): [string, boolean] => [json, false]),
  ...['"maybe"', '"1.0"', '""', '"tr"', "2", "0.5", "1e300", "null", "[]", "[true]", "{}"].map(
    (json): [string, null] => [json, null],
  ),
];

test("F61: flags are read by their spellings, and what is no flag gives way to the session's entry", async () => {
  const database = await aSweepableDatabase();
  const providers = [
    ["is_scanner", "greynoise", "noise"],
    ["is_bogon", "validation", "is_bogon"],
  ] as const;
  for (const [column, provider, key] of providers) {
    const cases = FLAGS.flatMap(([json, flag]) => [
      { json: `{"${provider}":{"${key}":${json}}}`, flag: flag ?? false },
      {
        json: `{"${provider}":{"${key}":${json}},"session":{"1.1.1.1":{"${provider}":{"${key}":true}}}}`,
        flag: flag ?? true,
      },
      { json: `{"session":{"1.1.1.1":{"${provider}":{"${key}":${json}}}}}`, flag: flag ?? false },
      { json: `{"session":{"2.2.2.2":{"${provider}":{"${key}":${json}}}}}`, flag: false },
    ]);
    const rows = await database.query<{ flag: boolean }>(
      `select public.tidemark_${column}(d::jsonb, '1.1.1.1') as flag from unnest($1::text[]) with ordinality as t(d, n) order by n`,
      [cases.map(({ json }) => json)],
    );
    expect(cases.map(({ json }, index) => ({ json, flag: rows[index]?.flag }))).toEqual(cases);
  }
});

test("F60, F61: no document of an application's row makes its insert or update fail", async () => {
  const database = await aSweepableDatabase();
  const documents = fc
    .sample(
      fc.oneof(
        aProviderDocument,
        fc.json().map((text): unknown => JSON.parse(text)),
      ),
      { numRuns: 800, seed: 17 },
    )
    .map((document) => JSON.stringify(document))
    .filter((text) => !/\\u(0000|d[89ab]|d[cdef])/i.test(text));
  const addresses = ["1.1.1.1", "", "no address", "::", "x".repeat(45)];
  await database.query(
    `insert into public.ip_inventory (ip_address, first_seen, last_seen, enrichment)
     select 'insert ' || n, now(), now(), d::jsonb from unnest($1::text[]) with ordinality as t(d, n)`,
    [documents],
  );
  for (const address of addresses) {
    await database.query(
      `insert into public.ip_inventory (ip_address, first_seen, last_seen) values ($1, now(), now())`,
      [address],
    );
  }
  await database.query(
    `update public.ip_inventory as i set enrichment = d::jsonb
    from unnest($1::text[]) with ordinality as t(d, n) where i.ip_address = 'insert ' || (${documents.length} + 1 - n)`,
    [documents],
  );
  const [odd] = await database.query(
    `select count(*)::int as count from public.ip_inventory
     where geo_country !~ '^[A-Z]{2}$' or geo_country is null or ip_types is null or is_scanner is null or is_bogon is null`,
  );
  expect(odd).toEqual({ count: 0 });
});

test("the functions live in a schema of any name and depend on no search path", async () => {
  const schema = 'odd "name"';
  const database = await aSweepableDatabase();
  await database.query(`create schema "odd ""name"""`);
  for (const { createSql } of generatedFunctions(schema)) await database.query(createSql);
  const rows = await database.query(
    `set search_path = ''; select "odd ""name""".tidemark_geo_country('{"session":{"::1":{"cymru":{"country":"nl"}}}}', '::1') as country`,
  );
  expect(rows).toEqual([{ country: "NL" }]);
});

test("the definitions are what PostgreSQL has stored of them", async () => {
  const database = await aSweepableDatabase();
  const stored = await database.query(
    `select p.proname as name, pg_catalog.oidvectortypes(p.proargtypes) as "argumentTypes",
       pg_catalog.format_type(p.prorettype, null) as "returnType", p.prosrc as body, p.provolatile = 'i' as "isImmutable"
     from pg_catalog.pg_proc as p where p.pronamespace = 'public'::regnamespace order by p.oid`,
  );
  expect(stored).toEqual(generatedFunctions("public").map(({ createSql: _, isPublic: __, ...declared }) => declared));
  expect(stored.every(({ name }) => String(name).startsWith("tidemark_"))).toBe(true);
});
