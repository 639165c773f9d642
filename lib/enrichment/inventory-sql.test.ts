import { expect, test } from "vitest";
import { forgetTouchedSql, populateAsnInventorySql, populateIpInventorySql } from "@/lib/enrichment/inventory-sql";
import type { TestSession } from "@/lib/testing/database";
import { aSweepableDatabase, type SweepableDatabase } from "@/lib/testing/sweeping";

/** Rows changed in each inventory, by computing all keys or those noted as touched. */
async function populate(database: SweepableDatabase, { touchedOnly = false } = {}): Promise<number[]> {
  const asns = await database.query<{ changed: number }>(populateAsnInventorySql(database.shape, { touchedOnly }));
  const ips = await database.query<{ changed: number }>(populateIpInventorySql(database.shape, { touchedOnly }));
  return [...asns, ...ips].map(({ changed }) => changed);
}

const aSession = (sessionId: string, day: number, enrichment: unknown, columns = {}): TestSession => ({
  sessionId,
  enrichment,
  columns: { first_event_at: `2025-01-${day}T00:00:00Z`, last_event_at: `2025-01-${day}T01:00:00Z`, ...columns },
});
const from = (address: string, more: object = {}) => ({ session_metadata: { source_ip: address }, ...more });

const asnRows = `select * from public.asn_inventory order by asn_number`;
const ipRows = `select * from public.ip_inventory order by ip_address`;

test.each(["json", "jsonb"] as const)(
  "inventories are aggregates of the swept sessions, from %s documents",
  async (enrichmentType) => {
    const latest = from("1.1.1.1", { cymru: { asn: 7, asn_org: " Example ", country: "nl", registry: "ripencc" } });
    const database = await aSweepableDatabase({
      enrichmentType,
      sessions: [
        aSession("a", 10, from("1.1.1.1", { cymru: { asn: 5 } })),
        aSession("b", 12, latest),
        aSession("c", 11, from("2.2.2.2", { cymru: { asn: 7, asn_org: "Older" }, maxmind: { country: "DE" } })),
        aSession("d", 13, from("1.1.1.1")),
        { sessionId: "open", enrichment: from("3.3.3.3", { cymru: { asn: 9 } }) },
      ],
    });
    await database.query(`update public.session_summaries set last_event_at = null where session_id = 'd'`);
    await database.sweep();
    await database.query(`update public.session_summaries set enrichment_at = null where session_id = 'open'`);
    await database.query(`truncate public.asn_inventory, public.ip_inventory`);
    expect(await populate(database)).toEqual([2, 2]);
    expect(await database.query(asnRows)).toMatchObject([
      {
        asn_number: 5,
        organization_name: null,
        organization_country: null,
        registry: null,
        first_seen: new Date("2025-01-10T00:00Z"),
        last_seen: new Date("2025-01-10T01:00Z"),
        unique_ip_count: 1,
        total_session_count: 1,
        enrichment: from("1.1.1.1", { cymru: { asn: 5 } }),
        enrichment_updated_at: null,
      },
      {
        asn_number: 7,
        organization_name: "Example",
        organization_country: "NL",
        registry: "ripencc",
        first_seen: new Date("2025-01-11T00:00Z"),
        last_seen: new Date("2025-01-12T01:00Z"),
        unique_ip_count: 2,
        total_session_count: 2,
        enrichment: latest,
      },
    ]);
    expect(await database.query(ipRows)).toMatchObject([
      {
        ip_address: "1.1.1.1",
        current_asn: 7,
        session_count: 3,
        first_seen: new Date("2025-01-10T00:00Z"),
        last_seen: new Date("2025-01-13T00:00Z"),
        enrichment: from("1.1.1.1"),
        enrichment_updated_at: null,
        geo_country: "XX",
      },
      { ip_address: "2.2.2.2", current_asn: 7, session_count: 1, geo_country: "DE" },
    ]);
    expect(await populate(database)).toEqual([0, 0]);
  },
);

test("of sessions at the same time the one with the greatest id in bytes is the latest", async () => {
  const database = await aSweepableDatabase({
    sessions: ["B", "a", "Z"].map((id, index) => aSession(id, 10, from("1.1.1.1", { cymru: { asn: index + 1 } }))),
  });
  await database.sweep();
  await populate(database);
  expect(await database.query(ipRows)).toMatchObject([{ current_asn: 2 }]);
});

test("an address takes the newest document that says something, decoded, as it is", async () => {
  const said = from("1.1.1.1", { note: 1 });
  const witness = { events: [{ payload: { src_ip: "1.1.1.1" } }] };
  const silent = [{}, [], "", null, undefined, "text", "{", "{}"].map((document, index) => ({
    ...aSession(`silent ${index}`, 20 + index, document),
    ...witness,
  }));
  const unreadable = { ...aSession("nul", 30, undefined), ...witness, enrichmentText: String.raw`{"x":"\u0000"}` };
  const database = await aSweepableDatabase({
    sessions: [
      aSession("said", 10, JSON.stringify(said)),
      ...silent,
      unreadable,
      { ...aSession("other", 10, {}), events: [{ payload: { src_ip: "2.2.2.2" } }] },
    ],
  });
  await database.sweep();
  await populate(database);
  expect(await database.query(ipRows)).toMatchObject([
    { ip_address: "1.1.1.1", enrichment: said, session_count: 10 },
    { ip_address: "2.2.2.2", enrichment: {} },
  ]);
});

test("organisation, country and registry are read by their own rules, under the session's entry too", async () => {
  const documents: [asn: number, document: object, wanted: object][] = [
    [1, { maxmind: { asn: 1, asn_org: "Max" }, cymru: { asn_org: "\t" } }, { organization_name: "Max" }],
    [2, { dshield: { ip: { as: 2, asname: "Shield" } }, cymru: { asn_org: 5 } }, { organization_name: "Shield" }],
    [3, { cymru: { asn: 3, asn_org: `${"ä".repeat(300)}` } }, { organization_name: "ä".repeat(256) }],
    [4, { cymru: { asn: 4, country: "usa", registry: "far too long" }, maxmind: { country: "US" } }, {}],
    [5, { cymru: { asn: 5, country: "xx", registry: " arin " } }, { registry: "arin" }],
    [
      6,
      {
        session: { "1.1.1.6": { cymru: { asn: 6, asn_org: "Entry", country: "be", registry: "afrinic" } } },
        cymru: { registry: 5 },
      },
      { organization_name: "Entry", organization_country: "BE", registry: "afrinic" },
    ],
  ];
  const database = await aSweepableDatabase({
    sessions: documents.map(([asn, document]) => aSession(`${asn}`, 10, from(`1.1.1.${asn}`, document))),
  });
  await database.sweep();
  await populate(database);
  expect(await database.query(asnRows)).toMatchObject(
    documents.map(([asn_number, , wanted]) => ({
      asn_number,
      organization_name: null,
      organization_country: null,
      registry: null,
      ...wanted,
    })),
  );
});

test("derived rows are computed anew, the application's are only widened", async () => {
  const database = await aSweepableDatabase({
    sessions: [1, 2].map((n) => aSession(`${n}`, 10, from(`${n}.1.1.1`, { cymru: { asn: n, asn_org: `Org ${n}` } }))),
  });
  await database.sweep();
  await database.query(`
    update public.asn_inventory set total_session_count = 50, unique_ip_count = 60, first_seen = '2025-01-11', last_seen = '2025-01-01',
      organization_name = 'App', enrichment = '{"app": true}';
    update public.ip_inventory set session_count = 50, first_seen = '2025-01-01', last_seen = '2025-02-01', current_asn = null,
      enrichment = '{"app": true}';
    update public.asn_inventory set enrichment_updated_at = now() where asn_number = 2;
    update public.ip_inventory set enrichment_updated_at = now() where ip_address = '2.1.1.1'`);
  expect(await populate(database)).toEqual([2, 2]);
  const [day, hour] = [new Date("2025-01-10T00:00Z"), new Date("2025-01-10T01:00Z")];
  expect(await database.query(asnRows)).toMatchObject([
    { total_session_count: 1, unique_ip_count: 1, first_seen: day, last_seen: hour, organization_name: "Org 1" },
    {
      total_session_count: 50,
      unique_ip_count: 60,
      first_seen: day,
      last_seen: hour,
      organization_name: "App",
      enrichment: { app: true },
    },
  ]);
  expect(await database.query(ipRows)).toMatchObject([
    { session_count: 1, first_seen: day, last_seen: hour, current_asn: 1, enrichment: { cymru: { asn: 1 } } },
    {
      session_count: 50,
      first_seen: new Date("2025-01-01"),
      last_seen: new Date("2025-02-01"),
      current_asn: 2,
      enrichment: { app: true },
    },
  ]);
  const versions = `select xmin from public.asn_inventory union all select xmin from public.ip_inventory`;
  const before = await database.query(versions);
  expect(await populate(database)).toEqual([0, 0]);
  expect(await database.query(versions)).toEqual(before);
});

test("with touched keys only their rows are computed, and rows without sessions stay", async () => {
  const database = await aSweepableDatabase({
    sessions: [1, 2].map((n) => aSession(`${n}`, 10, from(`${n}.1.1.1`, { cymru: { asn: n } }))),
  });
  await database.sweep();
  await database.query(
    `insert into public.ip_inventory (ip_address, first_seen, last_seen) values ('9.9.9.9', now(), now())`,
  );
  await database.query(`truncate tidemark.touched_keys`);
  await database.query(`insert into tidemark.touched_keys (inventory, key) values
    ('asn_inventory', '2'), ('asn_inventory', '77'), ('ip_inventory', '1.1.1.1'), ('ip_inventory', '8.8.8.8')`);
  expect(await populate(database, { touchedOnly: true })).toEqual([1, 1]);
  expect(await database.query(asnRows)).toMatchObject([{ total_session_count: 0 }, { total_session_count: 1 }]);
  expect(await database.query(ipRows)).toMatchObject([
    { session_count: 1 },
    { session_count: 0 },
    { ip_address: "9.9.9.9" },
  ]);
});

test("the parts of a populate compute every row once, as the whole does", async () => {
  const database = await aSweepableDatabase({
    sessions: Array.from({ length: 40 }, (_, index) =>
      aSession(`s${index}`, 10 + (index % 9), from(`10.0.0.${index % 17}`, { cymru: { asn: 1 + (index % 5) } })),
    ),
  });
  await database.sweep();
  await database.query("truncate public.asn_inventory, public.ip_inventory");

  const written = { asns: 0, ips: 0 };
  for (const index of [0, 1, 2]) {
    const scope = { touchedOnly: index === 1, part: { index, of: 3 } };
    const [asns] = await database.query<{ changed: number }>(populateAsnInventorySql(database.shape, scope));
    const [ips] = await database.query<{ changed: number }>(populateIpInventorySql(database.shape, scope));
    written.asns += asns?.changed ?? 0;
    written.ips += ips?.changed ?? 0;
    await database.query(forgetTouchedSql("ip_inventory", scope.part));
  }

  expect(written).toEqual({ asns: 5, ips: 17 });
  expect(await populate(database)).toEqual([0, 0]);
  expect(await database.query("select distinct inventory from tidemark.touched_keys")).toEqual([
    { inventory: "asn_inventory" },
  ]);
});
