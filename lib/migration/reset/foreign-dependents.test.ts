import { expect, test } from "vitest";
import { previewReset } from "@/lib/migration";
import { readForeignDependents } from "@/lib/migration/reset/foreign-dependents";
import { aDeclaredDatabase } from "@/lib/testing/declared-database";

const GOING = {
  schema: "public",
  tables: ["ip_asn_history", "ip_inventory", "asn_inventory"],
  columns: ["source_ip", "enrichment_at", "snapshot_asn", "snapshot_country", "snapshot_ip_types"],
  functions: ["tidemark_geo_country"],
};

/** Everything that somebody may have built on v16, each of which can be dropped by name. */
const BUILT = [
  "create schema reports",
  "create view reports.top as select ip_address, geo_country from public.ip_inventory",
  'create view reports."Top Ten" as select * from reports.top limit 10',
  "create materialized view reports.by_country as select snapshot_country, count(*) as n from public.session_summaries group by 1",
  "create unique index by_country_key on reports.by_country (snapshot_country)",
  "create table reports.watched (ip varchar(45) constraint watched_ip_fkey references public.ip_inventory)",
  `create function reports.countries() returns setof varchar language sql
   begin atomic select geo_country from public.ip_inventory; end`,
  "create function reports.row_of(r public.asn_inventory) returns int language sql as 'select 1'",
  "create view reports.listed as select * from reports.countries() as c",
  "create function public.note() returns trigger language plpgsql as 'begin return new; end'",
  `create trigger noted after update of snapshot_asn on public.session_summaries
   for each row execute function public.note()`,
  "create trigger noted_ip after insert on public.ip_inventory for each row execute function public.note()",
  "create policy mine on public.session_summaries using (snapshot_country = 'NL')",
  "create rule quiet as on delete to public.asn_inventory do nothing",
  "create index by_function on public.session_summaries (public.tidemark_geo_country(null, matcher))",
  "create table reports.docs (d jsonb constraint docs_check check (public.tidemark_geo_country(d, '') <> 'XX'))",
];

const NAMES = [
  "foreign key reports.watched.watched_ip_fkey",
  "function reports.countries()",
  "function reports.row_of(public.asn_inventory)",
  "index public.by_function",
  "constraint reports.docs.docs_check",
  "materialized view reports.by_country",
  "policy public.session_summaries.mine",
  "rule public.asn_inventory.quiet",
  "trigger public.ip_inventory.noted_ip",
  "trigger public.session_summaries.noted",
  'view reports."Top Ten"',
  "view reports.listed",
  "view reports.top",
];

test("finds what others built on v16, of every kind, and drops it in an order that needs no CASCADE", async () => {
  const database = await aDeclaredDatabase();
  for (const sql of BUILT) await database.query(sql);
  const client = await database.client();

  const found = await readForeignDependents(client, GOING);

  expect(found.map(({ kind, object }) => `${kind} ${object}`).toSorted()).toEqual(NAMES.toSorted());
  for (const { definition, dropSql } of found) {
    expect(definition).not.toBe("");
    await client.query(dropSql ?? "nothing");
  }
  expect(await readForeignDependents(client, GOING)).toEqual([]);
});

test.each([
  [
    "a generated column of others on session_summaries",
    "alter table public.session_summaries add lower_country text generated always as (lower(snapshot_country)) stored",
    "public.session_summaries.lower_country",
  ],
  ["a column of a row type", "create table public.kept (row public.asn_inventory)", 'public.kept."row"'],
  ["an inheriting table", "create table public.heir () inherits (public.ip_asn_history)", "public.heir"],
])("names %s as what cannot be dropped by itself", async (_what, sql, object) => {
  const database = await aDeclaredDatabase();
  await database.query(sql);

  const found = await readForeignDependents(await database.client(), GOING);

  expect(found).toMatchObject([{ object, dropSql: null }]);
});

test("what goes along with our columns, what is ours, and what stands on other columns is no dependent", async () => {
  const database = await aDeclaredDatabase();
  await database.query("create index on public.session_summaries (lower(source_ip)) where snapshot_asn > 7");
  await database.query("alter table public.session_summaries add check (snapshot_asn <> 7 or snapshot_country = 'NL')");
  await database.query("create index on public.ip_inventory (last_seen)");
  await database.query("create statistics st on snapshot_asn, matcher from public.session_summaries");
  await database.query("create view public.plain as select session_id, matcher from public.session_summaries");

  expect(await readForeignDependents(await database.client(), GOING)).toEqual([]);
  expect((await previewReset(database.target)).dependents).toEqual([]);
});
