import { expect, test } from "vitest";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import type { BrokenState } from "@/lib/demo/broken/states";
import { readPlan, readStatus } from "@/lib/migration";
import { aBrokenDemo } from "@/lib/testing/broken-demo";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import { run } from "@/lib/testing/running";

const DERIVED = `
select ip_address, current_asn, first_seen, last_seen, session_count, enrichment, geo_country, ip_types, is_scanner, is_bogon
from public.ip_inventory where enrichment_updated_at is null order by 1`;

/** No error, no step left: what a clean run leaves, whatever extra objects are beside it. */
async function expectSound(database: TestDatabase): Promise<void> {
  const { findings, verdict } = await readStatus(database.target);
  expect(findings.filter(({ kind }) => !["extra-object", "hazard"].includes(kind)).map(({ id }) => id)).toEqual([]);
  expect(verdict).toBe("migrated");
  expect((await readPlan(database.target)).steps).toEqual([]);
}

const setAside = (database: TestDatabase, table: string) =>
  database.query(
    'select key, field, reason, value from tidemark.set_aside where table_name = $1 order by key collate "C", field collate "C"',
    [table],
  );

test.each<[string, BrokenState]>([
  ["F42", "orm-shaped"],
  ["F42", "orm-shaped-filled"],
  ["F43", "inet-addresses"],
  ["F42", "plain-ip-types"],
  ["F17", "half-indexed"],
  ["F41", "claims-16"],
  ["F41", "phase-1-only"],
  ["F40", "v17"],
  ["F63", "naive-timestamps"],
])("%s: %s ends as a clean run does, and a second run touches nothing", async (_fault, state) => {
  const database = await aBrokenDemo(state);
  const clean = await aBrokenDemo();
  await run(clean.target);

  expect((await run(database.target)).error).toBeNull();

  await expectSound(database);
  const sessions = `select session_id, source_ip, snapshot_asn, snapshot_country from public.session_summaries order by 1`;
  expect(await database.query(sessions)).toEqual(await clean.query(sessions));
  const isDerivedOnly = !["orm-shaped-filled", "inet-addresses", "plain-ip-types"].includes(state);
  if (isDerivedOnly) expect(await database.query(DERIVED)).toEqual(await clean.query(DERIVED));

  const versions = `select 'a' || asn_number as row, xmin::text from public.asn_inventory union all
    select ip_address, xmin::text from public.ip_inventory union all
    select session_id, xmin::text from public.session_summaries order by 1`;
  const [dump, written] = [await dumpOf(database.target), await database.query(versions)];
  expect((await run(database.target)).status).toBe("succeeded");
  expect(compareDumps(dump, await dumpOf(database.target))).toEqual([]);
  expect(await database.query(versions)).toEqual(written);
});

test("F42: rows that the application wrote are kept, and what the declared types cannot hold is set aside", async () => {
  const database = await aBrokenDemo("orm-shaped-filled");
  const addresses = "select ip_address from public.ip_inventory where ip_address ~ '^(192[.]0[.]2|2001)' order by 1";
  const before = await database.query(addresses);

  await run(database.target);

  expect(await database.query(addresses)).toEqual(before);
  expect(
    await database.query(
      `select asn_number, organization_country, registry, rir_registry, enrichment from public.asn_inventory
       where asn_number in (64496, 64497, 64498, 64499) or asn_number < 1 order by 1`,
    ),
  ).toEqual([
    {
      asn_number: 64496,
      organization_country: "NL",
      registry: "ripencc",
      rir_registry: "ripencc",
      enrichment: { cymru: { asn: 64496 } },
    },
    { asn_number: 64497, organization_country: "NL", registry: "arin", rir_registry: "arin", enrichment: {} },
    {
      asn_number: 64498,
      organization_country: null,
      registry: null,
      rir_registry: null,
      enrichment: { maxmind: { country: "SE" }, urlhaus: "\uFFFD" },
    },
    { asn_number: 64499, organization_country: null, registry: null, rir_registry: "", enrichment: null },
  ]);
  const asns = await setAside(database, "asn_inventory");
  expect(asns.filter(({ key }) => !["0", "-1"].includes(String(key)))).toEqual([
    { key: "64497", field: "organization_country", reason: "normalised", value: "nl" },
    { key: "64498", field: "enrichment", reason: "normalised", value: null },
    { key: "64498", field: "organization_country", reason: "country-unreadable", value: "1A" },
    { key: "64499", field: "organization_country", reason: "country-unreadable", value: "" },
  ]);
  expect(asns.filter(({ field }) => field === "asn_number")).toEqual([
    { key: "-1", field: "asn_number", reason: "asn-out-of-range", value: "-1" },
    { key: "0", field: "asn_number", reason: "asn-out-of-range", value: "0" },
  ]);
  expect(await setAside(database, "ip_inventory")).toEqual([
    { key: "192.0.2.11", field: "current_asn", reason: "asn-out-of-range", value: "0" },
    { key: "192.0.2.11", field: "enrichment", reason: "normalised", value: null },
    { key: "192.0.2.11", field: "session_count", reason: "count-out-of-range", value: "-3" },
    { key: "192.0.2.12", field: "current_asn", reason: "asn-out-of-range", value: "-1" },
    { key: "2001:db8::13", field: "enrichment", reason: "document-unreadable", value: null },
  ]);
  expect(
    await database.query(
      "select ip_address, session_count, enrichment from public.ip_inventory where ip_address in ('192.0.2.11', '2001:db8::13') order by 1",
    ),
  ).toEqual([
    { ip_address: "192.0.2.11", session_count: 1, enrichment: { maxmind: { country: "SE" }, urlhaus: "\uFFFD" } },
    { ip_address: "2001:db8::13", session_count: 2, enrichment: {} },
  ]);
  expect(
    await database.query(
      "select convalidated from pg_constraint where conname = 'fk_ip_inventory_current_asn_asn_inventory'",
    ),
  ).toEqual([{ convalidated: true }]);
});

test("F43: addresses that host() makes one are merged into the widest, and the other is set aside whole", async () => {
  const database = await aBrokenDemo("inet-addresses");
  await database.query(`insert into public.ip_inventory (ip_address, first_seen, last_seen, session_count, enrichment_updated_at)
    values ('198.18.7.7', '2024-05-01Z', '2024-06-01Z', 4, now()), ('198.18.7.7/24', '2024-04-01Z', '2024-05-01Z', 9, null)`);

  expect((await run(database.target)).error).toBeNull();

  expect(
    await database.query(
      "select first_seen::text, last_seen::text, session_count from public.ip_inventory where ip_address = '198.18.7.7'",
    ),
  ).toEqual([{ first_seen: "2024-04-01 00:00:00+00", last_seen: "2024-06-01 00:00:00+00", session_count: 9 }]);
  expect((await setAside(database, "ip_inventory")).filter(({ key }) => key === "198.18.7.7/24")).toEqual(
    expect.arrayContaining([
      { key: "198.18.7.7/24", field: "session_count", reason: "duplicate-key", value: "9" },
      { key: "198.18.7.7/24", field: "enrichment", reason: "duplicate-key", value: null },
    ]),
  );
  await expectSound(database);
});

test("F42, F43: preflight counts what a repair will set aside, and the addresses that become the same", async () => {
  const inet = await aBrokenDemo("inet-addresses");
  await inet.query(`insert into public.ip_inventory (ip_address, first_seen, last_seen)
    values ('198.18.7.7', now(), now()), ('198.18.7.7/24', now(), now()), ('198.18.7.7/16', now(), now())`);
  const filled = await aBrokenDemo("orm-shaped-filled");
  const counts = async ({ target }: TestDatabase) =>
    (await run(target)).lines.filter((line) => line.startsWith("Repair of "));

  expect(await counts(inet)).toEqual(["Repair of ip_inventory: to be set aside: rows with the key of another 2"]);
  expect(await counts(filled)).toEqual([
    "Repair of asn_inventory: to be set aside: asn_number asn-out-of-range 2, enrichment normalised 1, organization_country country-unreadable 2, organization_country normalised 1",
    "Repair of ip_inventory: to be set aside: current_asn asn-out-of-range 2, enrichment document-unreadable 1, enrichment normalised 1, session_count count-out-of-range 1",
  ]);
});

test("F26: nothing is pending when a table is altered, with the ORM's key live and deferred triggers on it", async () => {
  const database = await aBrokenDemo("orm-shaped-filled");
  await database.query(`
    alter table public.ip_inventory alter constraint fk_ip_inventory_current_asn_asn_inventory deferrable initially deferred;
    alter table public.asn_inventory alter asn_number type bigint, alter asn_number drop default;
    alter table public.ip_inventory alter current_asn type bigint;
    insert into public.asn_inventory (asn_number, first_seen, last_seen) values (4294967294, now(), now());
    insert into public.ip_inventory (ip_address, current_asn, first_seen, last_seen) values ('198.18.1.1', 4294967294, now(), now());
    create function public.look() returns trigger language plpgsql as 'begin return null; end';
    create constraint trigger looking after update or delete or insert on public.asn_inventory
      deferrable initially deferred for each row execute function public.look()`);

  expect((await run(database.target)).error).toBeNull();

  await expectSound(database);
  expect((await setAside(database, "ip_inventory")).filter(({ key }) => key === "198.18.1.1")).toEqual([
    { key: "198.18.1.1", field: "current_asn", reason: "asn-out-of-range", value: "4294967294" },
  ]);
  expect(
    await database.query(
      "select conname::text from pg_constraint where conrelid = 'public.ip_inventory'::regclass and contype = 'f' order by 1",
    ),
  ).toEqual([{ conname: "fk_ip_current_asn" }, { conname: "fk_ip_inventory_current_asn_asn_inventory" }]);
});

test("F18: an index of a declared name on another column is dropped and built; on a table of others it is refused", async () => {
  const database = await aCowrieDatabase();
  await run(database.target);
  await database.query(`drop index public.idx_asn_type, public.idx_ip_geo_country;
    create index idx_asn_type on public.asn_inventory (organization_name);
    create index idx_ip_geo_country on public.raw_events (event_type)`);

  await expect(run(database.target)).rejects.toMatchObject({
    code: "not-eligible",
    message: expect.stringContaining("public.idx_ip_geo_country"),
  });
  await database.query("alter index public.idx_ip_geo_country rename to ix_of_others");

  expect((await run(database.target)).lines).toContain("Drop index idx_asn_type: it has another definition");
  await expectSound(database);
  expect(await database.query("select to_regclass('public.ix_of_others') is not null as kept")).toEqual([
    { kept: true },
  ]);
});

test.each([
  [
    "a check",
    "alter table public.asn_inventory drop constraint asn_inventory_asn_number_check, add constraint asn_inventory_asn_number_check check (asn_number > -5)",
  ],
  [
    "a foreign key",
    "alter table public.ip_inventory drop constraint fk_ip_current_asn, add constraint fk_ip_current_asn foreign key (current_asn) references public.asn_inventory on delete cascade",
  ],
  [
    "a primary key",
    "alter table public.ip_asn_history drop constraint ip_asn_history_pkey, add primary key (ip_address, asn_number)",
  ],
  [
    "no primary key and the same row twice",
    "alter table public.ip_inventory drop constraint ip_inventory_pkey cascade; insert into public.ip_inventory (ip_address, first_seen, last_seen) values ('198.18.0.1', now(), now()), ('198.18.0.1', now(), now())",
  ],
  [
    "a generated column that is declared plain",
    "alter table public.asn_inventory drop column asn_type, add column asn_type text generated always as (organization_name) stored",
  ],
  ["a missing NOT NULL time", "alter table public.ip_inventory drop column first_seen"],
  [
    "an index name that a constraint has",
    "drop index public.idx_asn_type; alter table public.asn_inventory add constraint idx_asn_type unique (asn_type)",
  ],
])("%s of another definition is dropped and added as declared", async (_what, statement) => {
  const sessions = [{ sessionId: "a", enrichment: { dshield: { ip: { number: "198.51.100.1", as: 64500 } } } }];
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query(statement);

  expect((await run(database.target)).error).toBeNull();

  await expectSound(database);
});

test("a function of another definition is made anew, and the columns that call it are computed again", async () => {
  const sessions = [
    { sessionId: "a", enrichment: { maxmind: { country: "se" }, dshield: { ip: { number: "198.51.100.1" } } } },
  ];
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query(`create or replace function public.tidemark_geo_country(enrichment jsonb, ip_address text)
    returns character varying language sql immutable as 'select ''QQ''::character varying'`);
  await database.query("update public.ip_inventory set enrichment = enrichment || '{\"odd\": 1}'");
  await database.query("create index ix_of_others on public.ip_inventory (geo_country, last_seen)");
  expect(await database.query("select geo_country from public.ip_inventory")).toEqual([{ geo_country: "QQ" }]);

  expect((await run(database.target)).error).toBeNull();

  expect(await database.query("select geo_country from public.ip_inventory")).toEqual([{ geo_country: "SE" }]);
  expect(await database.query("select to_regclass('public.ix_of_others') is not null as kept")).toEqual([
    { kept: true },
  ]);
  await expectSound(database);
});

test.each([
  ["required-column-ip_inventory.tenant", "alter table public.ip_inventory add column tenant text not null"],
  [
    "missing-key-ip_inventory.ip_address",
    `insert into public.ip_inventory (ip_address, first_seen, last_seen) values ('198.18.0.1', now(), now());
     alter table public.ip_inventory drop column ip_address`,
  ],
  [
    "generated-column-ip_inventory.spelled",
    "alter table public.ip_inventory add column spelled text generated always as (enrichment ->> 'spelled') stored",
  ],
])("%s is refused by name with nothing touched", async (hazard, statement) => {
  const database = await aBrokenDemo("orm-shaped");
  await database.query(statement);
  const before = await dumpOf(database.target);

  await expect(run(database.target)).rejects.toMatchObject({
    code: "not-eligible",
    message: expect.stringContaining(`public.${hazard.split("-").at(-1)}`),
  });

  expect((await readStatus(database.target)).findings).toContainEqual(
    expect.objectContaining({ id: `hazard:hazard:${hazard}`, severity: "error", phase: "ip-inventory" }),
  );
  expect(compareDumps(before, await dumpOf(database.target))).toEqual([]);
});

test.each([
  ["ip_asn_history", "asn_number"],
  ["ip_inventory", "ip_address"],
  ["asn_inventory", "asn_number"],
])("F42: %s without a row gets the key column that it lacks", async (table, column) => {
  const database = await aBrokenDemo("orm-shaped");
  await database.query(`alter table public.${table} drop column ${column} cascade`);

  expect((await run(database.target)).error).toBeNull();

  await expectSound(database);
});

test("the plan of a repair is SQL that leaves no drift when it is sent as it is", async () => {
  const database = await aBrokenDemo("orm-shaped-filled");
  await migrateConsoleSchema(await database.client());

  for (const step of (await readPlan(database.target)).steps) {
    if (step.kind === "transaction") await database.query("begin");
    for (const sql of step.sql) await database.query(sql);
    if (step.kind === "transaction") await database.query("commit");
  }
  await database.query("analyze");

  const { findings } = await readStatus(database.target);
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  expect((await readPlan(database.target)).steps).toEqual([]);
});
