import { describe, expect, test } from "vitest";
import { readDeclaredSchema } from "@/lib/inspection/declared";
import { diffSchemas } from "@/lib/inspection/drift";
import { readLiveSchema } from "@/lib/inspection/live";
import { aCowrieDatabase, aDatabase, type TestDatabase } from "@/lib/testing/database";
import { aDeclaredDatabase } from "@/lib/testing/declared-database";

async function drift(database: TestDatabase) {
  const { schema } = database.target;
  return diffSchemas(readDeclaredSchema(schema), await readLiveSchema(await database.client(), schema));
}

async function differences(database: TestDatabase): Promise<string[]> {
  return (await drift(database)).map(({ kind, object }) => `${kind} ${object}`);
}

describe("the declared DDL, applied to an empty v15 database,", () => {
  test.each([
    { schema: "public", enrichmentType: "json" as const },
    { schema: "public", enrichmentType: "jsonb" as const },
    { schema: "honeypot", enrichmentType: "json" as const },
    { schema: "Odd schema", enrichmentType: "json" as const },
  ])("leaves no drift in schema $schema with $enrichmentType documents", async (options) => {
    expect(await drift(await aDeclaredDatabase(options))).toEqual([]);
  });
});

test("a clean v15 database lacks tables, columns, indexes, constraints and functions, and nothing twice", async () => {
  const found = await differences(await aCowrieDatabase());

  expect(found.filter((it) => !it.startsWith("missing-function"))).toEqual([
    "missing-column public.session_summaries.source_ip",
    "missing-column public.session_summaries.enrichment_at",
    "missing-column public.session_summaries.snapshot_asn",
    "missing-column public.session_summaries.snapshot_country",
    "missing-column public.session_summaries.snapshot_ip_types",
    "missing-table public.asn_inventory",
    "missing-table public.ip_inventory",
    "missing-table public.ip_asn_history",
    "missing-index public.idx_session_source_ip",
    "missing-index public.idx_session_snapshot_asn",
    "missing-index public.idx_session_snapshot_country",
    "missing-index public.idx_session_first_event_brin",
    "missing-index public.idx_session_last_event_brin",
    "missing-constraint public.session_summaries.snapshot_country_iso",
    "missing-constraint public.session_summaries.fk_session_source_ip",
    // Another phase adds it than the one that makes its table.
    "missing-constraint public.ip_inventory.fk_ip_current_asn",
  ]);
  expect(found).toContain("missing-function public.tidemark_geo_country");
});

/** Roles belong to the server, which the tests share. */
const makeReader = `do $$ begin create role inspection_reader;
  exception when duplicate_object or unique_violation then null; end $$`;
const geoCountry = "public.tidemark_geo_country(jsonb, text)";

const PLANTED: { what: string; sql: string[]; found: string[] }[] = [
  {
    what: "a missing table",
    sql: ["drop table public.ip_asn_history"],
    found: ["missing-table public.ip_asn_history"],
  },
  {
    what: "a missing column of a session",
    sql: ["alter table public.session_summaries drop column snapshot_ip_types"],
    found: ["missing-column public.session_summaries.snapshot_ip_types"],
  },
  {
    what: "a missing generated column",
    sql: ["alter table public.ip_inventory drop column is_bogon"],
    found: ["missing-column public.ip_inventory.is_bogon"],
  },
  {
    what: "a plain column where a generated one belongs",
    sql: ["alter table public.ip_inventory alter column ip_types drop expression"],
    found: ["not-generated public.ip_inventory.ip_types"],
  },
  {
    what: "a plain column of another type with a default: one finding",
    sql: [
      "alter table public.ip_inventory drop column ip_types",
      "alter table public.ip_inventory add column ip_types text default '{}' not null",
    ],
    found: ["not-generated public.ip_inventory.ip_types"],
  },
  {
    what: "another expression",
    sql: [
      "alter table public.ip_inventory drop column is_scanner",
      "alter table public.ip_inventory add column is_scanner boolean generated always as (enrichment is null) stored",
    ],
    found: ["wrong-expression public.ip_inventory.is_scanner"],
  },
  {
    what: "another type",
    sql: ["alter table public.asn_inventory alter column registry type text"],
    found: ["wrong-type public.asn_inventory.registry"],
  },
  {
    what: "another length",
    sql: ["alter table public.ip_inventory alter column enrichment_version type varchar(10)"],
    found: ["wrong-type public.ip_inventory.enrichment_version"],
  },
  {
    what: "a naive timestamp of v15",
    sql: ["alter table public.session_summaries alter column last_event_at type timestamp"],
    found: ["wrong-type public.session_summaries.last_event_at"],
  },
  {
    what: "another nullability",
    sql: ["alter table public.asn_inventory alter column first_seen drop not null"],
    found: ["wrong-nullability public.asn_inventory.first_seen"],
  },
  {
    what: "another default",
    sql: ["alter table public.ip_inventory alter column session_count set default 0"],
    found: ["wrong-default public.ip_inventory.session_count"],
  },
  {
    what: "no default",
    sql: ["alter table public.asn_inventory alter column enrichment drop default"],
    found: ["wrong-default public.asn_inventory.enrichment"],
  },
  {
    what: "a missing index",
    sql: ["drop index public.idx_ip_geo_country"],
    found: ["missing-index public.idx_ip_geo_country"],
  },
  {
    what: "an invalid index",
    sql: ["update pg_index set indisvalid = false where indexrelid = 'public.idx_session_source_ip'::regclass"],
    found: ["invalid-index public.idx_session_source_ip"],
  },
  {
    what: "an index of the declared name on another column",
    sql: [
      "drop index public.idx_session_snapshot_asn",
      "create index idx_session_snapshot_asn on public.session_summaries (risk_score)",
    ],
    found: ["different-index public.idx_session_snapshot_asn"],
  },
  {
    what: "an index of the declared name on another table",
    sql: ["drop index public.idx_asn_type", "create index idx_asn_type on public.raw_events (source)"],
    found: ["different-index public.idx_asn_type"],
  },
  {
    what: "descending order with nulls last",
    sql: [
      "drop index public.idx_asn_session_count",
      "create index idx_asn_session_count on public.asn_inventory (total_session_count desc nulls last)",
    ],
    found: ["different-index public.idx_asn_session_count"],
  },
  {
    what: "an equal index under another name",
    sql: ["alter index public.idx_ip_current_asn rename to ix_ip_inventory_current_asn"],
    found: ["missing-index public.idx_ip_current_asn", "extra-object public.ix_ip_inventory_current_asn"],
  },
  {
    what: "a missing check",
    sql: ["alter table public.ip_inventory drop constraint ip_inventory_session_count_check"],
    found: ["missing-constraint public.ip_inventory.ip_inventory_session_count_check"],
  },
  {
    what: "a missing primary key",
    sql: ["alter table public.ip_asn_history drop constraint ip_asn_history_pkey"],
    found: ["missing-constraint public.ip_asn_history.ip_asn_history_pkey"],
  },
  {
    what: "a missing foreign key",
    sql: ["alter table public.session_summaries drop constraint fk_session_source_ip"],
    found: ["missing-constraint public.session_summaries.fk_session_source_ip"],
  },
  {
    what: "an equal foreign key under another name",
    sql: ["alter table public.ip_inventory rename constraint fk_ip_current_asn to fk_of_the_orm"],
    found: [
      "missing-constraint public.ip_inventory.fk_ip_current_asn",
      "extra-object public.ip_inventory.fk_of_the_orm",
    ],
  },
  {
    what: "another check of the declared name",
    sql: [
      "alter table public.session_summaries drop constraint snapshot_country_iso",
      "alter table public.session_summaries add constraint snapshot_country_iso check (length(snapshot_country) = 2)",
    ],
    found: ["different-constraint public.session_summaries.snapshot_country_iso"],
  },
  {
    what: "a foreign key with an action",
    sql: [
      "alter table public.ip_inventory drop constraint fk_ip_current_asn",
      `alter table public.ip_inventory add constraint fk_ip_current_asn
         foreign key (current_asn) references public.asn_inventory on delete cascade`,
    ],
    found: ["different-constraint public.ip_inventory.fk_ip_current_asn"],
  },
  {
    what: "a foreign key that is NOT VALID",
    sql: [
      "alter table public.ip_inventory drop constraint fk_ip_current_asn",
      `alter table public.ip_inventory add constraint fk_ip_current_asn
         foreign key (current_asn) references public.asn_inventory not valid`,
    ],
    found: ["unvalidated-constraint public.ip_inventory.fk_ip_current_asn"],
  },
  {
    what: "another function body",
    sql: [
      `create or replace function public.tidemark_is_bogon(enrichment jsonb, ip_address text) returns boolean
         language sql immutable as 'select false'`,
    ],
    found: ["different-function public.tidemark_is_bogon"],
  },
  {
    what: "a function that is only stable",
    sql: [`alter function ${geoCountry} stable`],
    found: ["different-function public.tidemark_geo_country"],
  },
  {
    what: "a function that the application may not call",
    sql: [`revoke execute on function ${geoCountry} from public`],
    found: ["missing-grant public.tidemark_geo_country"],
  },
  {
    what: "a missing grant",
    sql: [makeReader, "grant select, update on public.session_summaries to inspection_reader"],
    found: [
      "missing-grant public.asn_inventory",
      "missing-grant public.ip_inventory",
      "missing-grant public.ip_asn_history",
    ],
  },
  {
    what: "another owner",
    sql: [makeReader, "alter table public.ip_inventory owner to inspection_reader"],
    found: ["missing-grant public.ip_inventory"],
  },
  {
    what: "columns, indexes and functions that are not ours",
    sql: [
      "alter table public.asn_inventory add column rir_registry text",
      "create index ix_asn_inventory_first_seen on public.asn_inventory (first_seen)",
      "alter table public.asn_inventory add constraint not_huge check (asn_number < 2000000000)",
      "alter table public.session_summaries add column snapshot_ip_type text",
      "create function public.tidemark_of_others() returns int language sql as 'select 1'",
    ],
    found: [
      "extra-object public.session_summaries.snapshot_ip_type",
      "extra-object public.asn_inventory.rir_registry",
      "extra-object public.ix_asn_inventory_first_seen",
      "extra-object public.asn_inventory.not_huge",
      "extra-object public.tidemark_of_others()",
    ],
  },
];

describe("drift finds exactly", () => {
  test.each(PLANTED)("$what", async ({ sql, found }) => {
    const database = await aDeclaredDatabase();
    for (const statement of sql) await database.query(statement);
    expect(await differences(database)).toEqual(found);
  });
});

const NO_DRIFT: { what: string; sql: string[] }[] = [
  {
    what: "a primary key of another name",
    sql: ["alter table public.asn_inventory rename constraint asn_inventory_pkey to pk_asn_inventory"],
  },
  {
    what: "grants that new tables have besides",
    sql: [makeReader, "grant select on public.ip_inventory to inspection_reader"],
  },
  {
    what: "what v15 has in another shape",
    sql: [
      "alter table public.session_summaries drop column ssh_key_injections",
      "alter table public.session_summaries add column ssh_key_injections integer",
      "drop table public.raw_events",
    ],
  },
  {
    what: "a grant option that was passed on",
    sql: [
      makeReader,
      "grant select on public.session_summaries, public.asn_inventory, public.ip_inventory, public.ip_asn_history to inspection_reader with grant option",
    ],
  },
];

test.each(NO_DRIFT)("$what is no drift", async ({ sql }) => {
  const database = await aDeclaredDatabase();
  for (const statement of sql) await database.query(statement);
  expect(await differences(database)).toEqual([]);
});

test("the shape that the application's ORM makes is told column by column", async () => {
  const database = await aCowrieDatabase();
  await database.query(`create table public.asn_inventory (
    asn_number serial primary key, organization_name varchar(256), rir_registry varchar(10), enrichment json not null)`);
  const found = await drift(database);
  const about = (column: string) => found.filter((it) => it.object === `public.asn_inventory.${column}`);

  expect(about("asn_number")).toMatchObject([
    { kind: "wrong-default", declared: null, live: "nextval('public.asn_inventory_asn_number_seq'::regclass)" },
  ]);
  expect(about("organization_name")).toMatchObject([
    { kind: "wrong-type", declared: "text", live: "character varying(256)" },
  ]);
  // One difference a column; what else a run does to it goes with it.
  expect(about("enrichment")).toMatchObject([
    { kind: "wrong-type", declared: "jsonb", live: "json", also: ["nullable", "default '{}'::jsonb"] },
  ]);
  expect(about("registry")).toMatchObject([{ kind: "missing-column", declared: "character varying(10)", live: null }]);
  expect(about("rir_registry")).toMatchObject([{ kind: "extra-object", live: "character varying(10)" }]);
});

test("an empty database has nothing live", async () => {
  const database = await aDatabase();
  expect(await readLiveSchema(await database.client(), "public")).toMatchObject({ tables: [], indexes: [] });
});
