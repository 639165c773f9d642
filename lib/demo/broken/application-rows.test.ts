import { describe, expect, test } from "vitest";
import { aBrokenDemo } from "@/lib/testing/broken-demo";
import { aCowrieDatabase } from "@/lib/testing/database";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { expectMigrated } from "@/lib/testing/migrated";
import { run } from "@/lib/testing/running";

describe("F42: rows of the application in the ORM's tables", () => {
  const addresses = `select ip_address, current_asn, session_count, enrichment, geo_country, ip_types, is_scanner,
      enrichment_version, last_seen = '2024-03-01Z' as unseen, enrichment_updated_at is not null as "isOwn"
    from public.ip_inventory where ip_address like '192.0.2.%' or ip_address = '2001:db8::13' order by ip_address`;

  test("are kept whatever they hold, made to fit, and what does not fit is set aside", async () => {
    const database = await aBrokenDemo("orm-shaped-filled");

    expect((await run(database.target)).error).toBeNull();

    const kept = { ip_types: [], is_scanner: false, enrichment_version: "2.2", unseen: true, isOwn: true };
    expect(await database.query(addresses)).toEqual([
      {
        ...kept,
        ip_address: "192.0.2.10",
        current_asn: 64496,
        session_count: 7,
        enrichment: { maxmind: { country: "nl" }, spur: { client: { types: "VPN" } } },
        geo_country: "NL",
        ip_types: ["VPN"],
      },
      {
        ...kept,
        ip_address: "192.0.2.11",
        current_asn: null,
        session_count: 1,
        enrichment: { maxmind: { country: "SE" }, urlhaus: "\ufffd" },
        geo_country: "SE",
      },
      {
        ...kept,
        ip_address: "192.0.2.12",
        current_asn: null,
        session_count: 0,
        enrichment: null,
        geo_country: "XX",
        enrichment_version: "2.1",
      },
      {
        ...kept,
        ip_address: "192.0.2.13",
        current_asn: 64498,
        session_count: 1,
        enrichment: ["not", "an object"],
        geo_country: "XX",
        enrichment_version: "legacy",
      },
      {
        ...kept,
        ip_address: "192.0.2.14",
        current_asn: null,
        session_count: 1,
        enrichment: { maxmind: { country: "SE" } },
        geo_country: "SE",
        isOwn: false,
      },
      { ...kept, ip_address: "2001:db8::13", current_asn: null, session_count: 2, enrichment: {}, geo_country: "XX" },
    ]);
    expect(
      await database.query(
        `select asn_number, organization_name, organization_country, registry, rir_registry, unique_ip_count,
           enrichment -> 'cymru' as cymru, enrichment ->> 'urlhaus' as urlhaus
         from public.asn_inventory where asn_number < 1 or asn_number between 64496 and 64499 order by asn_number`,
      ),
    ).toMatchObject([
      {
        asn_number: 64496,
        organization_country: "NL",
        registry: "ripencc",
        rir_registry: "ripencc",
        cymru: { asn: 64496 },
      },
      { asn_number: 64497, organization_name: "Example Telecom", organization_country: "NL", registry: "arin" },
      { asn_number: 64498, organization_country: null, registry: null, urlhaus: "\ufffd" },
      { asn_number: 64499, organization_country: null },
    ]);
    const aside = await database.query<{ table_name: string; key: string; field: string }>(
      `select distinct table_name, key, field from tidemark.set_aside where table_name like '%_inventory' order by 1, 2, 3`,
    );
    expect(aside.map(({ table_name, key }) => `${table_name} ${key}`)).toEqual(
      expect.arrayContaining(["asn_inventory -1", "asn_inventory 0"]),
    );
    expect(aside.map(({ table_name, key, field }) => `${table_name} ${key} ${field}`)).toEqual(
      expect.arrayContaining([
        "asn_inventory 64498 organization_country",
        "ip_inventory 192.0.2.11 current_asn",
        "ip_inventory 192.0.2.11 session_count",
        "ip_inventory 192.0.2.12 current_asn",
        "ip_inventory 2001:db8::13 enrichment",
      ]),
    );
    expect(await database.query("select count(*) as n from public.ip_asn_history")).toEqual([{ n: 2 }]);
  });

  test("are only widened where sessions have the same address", async () => {
    const database = await aBrokenDemo("orm-shaped-filled");
    const rows = `select ip_address, current_asn, session_count, first_seen, enrichment, enrichment_updated_at, created_at
      from public.ip_inventory where session_count = 1000000 order by ip_address`;
    const before = await database.query(rows);
    expect(before).toHaveLength(20);

    expect((await run(database.target)).error).toBeNull();

    expect(await database.query(rows)).toEqual(before);
    const seen = await database.query(
      `select bool_and(i.last_seen = s.last_seen) as widened from public.ip_inventory as i
       join (select source_ip, max(last_event_at) as last_seen from public.session_summaries group by 1) as s
         on s.source_ip = i.ip_address
       where i.session_count = 1000000`,
    );
    expect(seen).toEqual([{ widened: true }]);
  });
});

test("F43: addresses of type inet become text without losing a row, and both keys stand", async () => {
  const database = await aBrokenDemo("inet-addresses");
  await database.query(
    `insert into public.ip_inventory (ip_address, first_seen, last_seen, session_count, enrichment, enrichment_updated_at)
     values ('2001:DB8:0:0::7', '2024-02-01Z', '2024-03-01Z', 4, '{"maxmind": {"country": "SE"}}', now())`,
  );
  const rows = "select host(ip_address::inet) as address from public.ip_inventory order by 1";
  const before = await database.query(rows);

  expect((await run(database.target)).error).toBeNull();

  const after = await database.query(rows);
  expect(after).toEqual(expect.arrayContaining(before));
  expect(
    await database.query(
      "select ip_address, session_count, geo_country, pg_typeof(ip_address)::text as type from public.ip_inventory where session_count = 4 and geo_country = 'SE' and ip_address like '2001%'",
    ),
  ).toEqual([{ ip_address: "2001:db8::7", session_count: 4, geo_country: "SE", type: "character varying" }]);
  await expectMigrated(database, "16");
});

const sessions = Array.from({ length: 12 }, (_, index) => ({
  sessionId: `s${index}`,
  enrichment: {
    dshield: { ip: { number: `198.51.100.${index % 5}`, as: 64500, ascountry: "SE" } },
    spur: { client: { types: ["DATACENTER"] } },
  },
}));

/** What each wrong type holds for session s1, and what the declared column must hold for it after. */
test.each([
  ["source_ip", "inet", "203.0.113.9", "203.0.113.9"],
  ["source_ip", "text", "203.0.113.9", "203.0.113.9"],
  ["source_ip", "varchar(15)", "203.0.113.9", "203.0.113.9"],
  ["snapshot_asn", "bigint", "65010", "65010"],
  ["snapshot_asn", "text", "65010", "65010"],
  ["snapshot_asn", "bigint", "4294967294", "64500"],
  ["snapshot_country", "text", "DK", "DK"],
  ["snapshot_country", "char(2)", "DK", "DK"],
  ["snapshot_country", "text", "Denmark", "SE"],
  ["snapshot_ip_types", "varchar[]", "{VPN,TOR}", "{VPN,TOR}"],
  ["snapshot_ip_types", "text", "VPN", "{VPN}"],
  ["enrichment_at", "timestamp", "2025-03-30 02:30:00", "2025-03-30 02:30:00+00"],
])("F44: %s of type %s holding %s comes right", async (column, type, value, expected) => {
  const database = await aCowrieDatabase({ sessions });
  await database.query(`alter table public.session_summaries add ${column} ${type}`);
  await database.query(`update public.session_summaries set ${column} = '${value}' where session_id = 's1'`);
  const before = await snapshotOf(database);

  expect((await run(database.target)).error).toBeNull();

  expect(
    await database.query(`select ${column}::text as value from public.session_summaries where session_id = 's1'`),
  ).toEqual([{ value: expected }]);
  expect(await database.query("select count(*) = count(enrichment_at) as swept from public.session_summaries")).toEqual(
    [{ swept: true }],
  );
  await expectMigrated(database, "16");
  await expectInvariants(database, { before, finished: false });
});
