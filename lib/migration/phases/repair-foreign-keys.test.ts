import { expect, test } from "vitest";
import { readPlan, readStatus } from "@/lib/migration";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import { run } from "@/lib/testing/running";

const sessions = ["a", "b"].map((sessionId) => ({
  sessionId,
  enrichment: { dshield: { ip: { number: "198.51.100.1", as: 64500, ascountry: "NL" } } },
}));

async function aMigratedDatabase(...statements: string[]): Promise<TestDatabase> {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  for (const statement of statements) await database.query(statement);
  return database;
}

/** Foreign keys of the schema, without those that v16 brings. */
const foreignKeys = ({ query }: TestDatabase) =>
  query(
    `select conname::text as name, pg_get_constraintdef(oid) as definition from pg_constraint
     where contype = 'f' and connamespace = 'public'::regnamespace
       and conname not in ('fk_session_source_ip', 'fk_ip_current_asn')`,
  );

async function expectSound(database: TestDatabase): Promise<void> {
  const { findings, verdict } = await readStatus(database.target);
  expect(findings.filter(({ severity }) => severity === "error").map(({ id }) => id)).toEqual([]);
  expect(verdict).toBe("migrated");
  expect((await readPlan(database.target)).steps).toEqual([]);
}

const WITHOUT_KEY = "alter table public.ip_inventory drop constraint ip_inventory_pkey cascade";
const REFERRING = "create table public.notes (ip varchar(45) references public.ip_inventory (ip_address))";
const WITHOUT_INDEX = "drop index public.idx_ip_geo_country";

test.each<[string, string[]]>([
  ["a unique index", ["create unique index ux on public.ip_inventory (ip_address)"]],
  ["the name of the key", ["create unique index ip_inventory_pkey on public.ip_inventory (ip_address)"]],
  [
    "the name of a declared index",
    [WITHOUT_INDEX, "create unique index idx_ip_geo_country on public.ip_inventory (ip_address)"],
  ],
  [
    "a constraint of such a name",
    [WITHOUT_INDEX, "alter table public.ip_inventory add constraint idx_ip_geo_country unique (ip_address)"],
  ],
  [
    "a unique index, and another key",
    [
      "create unique index ux on public.ip_inventory (ip_address)",
      "alter table public.ip_inventory add primary key (ip_address, first_seen)",
    ],
  ],
])("F18: the key is made beside %s that a foreign key of others stands on, which stays", async (_what, statements) => {
  const database = await aMigratedDatabase(WITHOUT_KEY, ...statements, REFERRING);
  const before = await foreignKeys(database);

  expect((await run(database.target)).error).toBeNull();

  expect(await foreignKeys(database)).toEqual(before);
  expect(before).toHaveLength(1);
  await expectSound(database);
});

test("a foreign key of others between inventories goes and comes with the type of its column", async () => {
  const database = await aMigratedDatabase(
    "alter table public.asn_inventory drop constraint asn_inventory_pkey cascade",
    "create unique index ux on public.asn_inventory (asn_number)",
    "alter table public.ip_inventory add constraint fk_mine foreign key (current_asn) references public.asn_inventory (asn_number) on update cascade",
    "alter table public.asn_inventory alter asn_number type numeric",
  );
  const before = await foreignKeys(database);

  expect((await run(database.target)).error).toBeNull();

  expect(await foreignKeys(database)).toEqual(before);
  expect(before).toHaveLength(1);
  await expectSound(database);
});

test("our foreign key on an index that goes with a column is made again", async () => {
  const database = await aMigratedDatabase(
    WITHOUT_KEY,
    "create unique index ux on public.ip_inventory (ip_address) include (ip_types)",
    "alter table public.session_summaries add constraint fk_session_source_ip foreign key (source_ip) references public.ip_inventory (ip_address)",
    "alter table public.ip_inventory alter ip_types drop expression",
  );

  expect((await run(database.target)).error).toBeNull();

  await expectSound(database);
  expect(await database.query("select pg_get_indexdef('public.ux'::regclass) as definition")).toEqual([
    { definition: "CREATE UNIQUE INDEX ux ON public.ip_inventory USING btree (ip_address) INCLUDE (ip_types)" },
  ]);
});

test.each<[string, string, string[]]>([
  [
    "foreign-key-index-public.notes.notes_ip_fkey",
    "Foreign key public.notes.notes_ip_fkey stands on index public.ux",
    [
      WITHOUT_KEY,
      "create unique index ux on public.ip_inventory (ip_address) include (ip_types)",
      REFERRING,
      "alter table public.ip_inventory alter ip_types drop expression",
    ],
  ],
  [
    "foreign-key-ip_inventory.fk_mine",
    "Foreign key public.ip_inventory.fk_mine is not possible",
    [
      "alter table public.ip_inventory drop constraint fk_ip_current_asn",
      "alter table public.ip_inventory alter current_asn type numeric",
      "create table public.systems (number numeric primary key)",
      "insert into public.systems select asn_number from public.asn_inventory",
      "alter table public.ip_inventory add constraint fk_mine foreign key (current_asn) references public.systems (number)",
    ],
  ],
  [
    "index-name-ip_inventory_pkey",
    "public.ip_inventory_pkey: the name is taken by an index on ip_inventory_old",
    [
      "alter table public.session_summaries drop constraint fk_session_source_ip",
      "alter table public.ip_inventory rename to ip_inventory_old",
    ],
  ],
])("F18: %s is refused by name with nothing touched", async (hazard, message, statements) => {
  const database = await aMigratedDatabase(...statements);
  const before = await dumpOf(database.target);

  await expect(run(database.target)).rejects.toMatchObject({
    code: "not-eligible",
    message: expect.stringContaining(message),
  });

  expect((await readStatus(database.target)).findings).toContainEqual(
    expect.objectContaining({ id: `hazard:hazard:${hazard}`, severity: "error", phase: "ip-inventory" }),
  );
  expect(compareDumps(before, await dumpOf(database.target))).toEqual([]);
});
