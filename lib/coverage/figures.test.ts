import { expect, test } from "vitest";
import { coverageFigures } from "@/lib/contract";
import { countFigures } from "@/lib/coverage/figures";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { readLiveSchema } from "@/lib/inspection/live";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { aSweepableDatabase } from "@/lib/testing/sweeping";

async function count(database: TestDatabase) {
  const client = await database.client();
  const figures = await countFigures(client, await readLiveSchema(client, database.target.schema));
  expect(coverageFigures.parse(figures)).toEqual(figures);
  const causes = figures.columns.map(({ column, filled, setAside, absent, open }) => [
    column,
    filled,
    setAside,
    absent,
    open,
  ]);
  return { ...figures, causes };
}

test("sessions are counted by cause, month, ASN and country", async () => {
  const database = await aSweepableDatabase();
  await database.query(
    `insert into public.session_summaries
       (session_id, first_event_at, last_event_at, created_at, enrichment_at, source_ip, snapshot_asn, snapshot_country,
        snapshot_ip_types)
     values
       ('a', '2025-01-10T00:00:00Z', null, default, now(), '192.0.2.1', 64500, 'NL', '{vpn}'),
       ('b', null, '2025-01-31T23:59:59.999Z', default, now(), '192.0.2.1', 64500, 'NL', '{}'),
       ('unreadable', '2025-03-01T00:00:00Z', null, default, now(), null, null, null, null),
       ('odd ASN', '2025-03-02T00:00:00Z', null, default, now(), '192.0.2.2', null, 'DE', '{}'),
       ('open', '2025-03-03T00:00:00Z', null, default, null, '192.0.2.3', null, null, null),
       ('endless', null, null, 'infinity', null, null, null, null, null)`,
  );
  await database.query(
    `insert into public.asn_inventory (asn_number, organization_name, first_seen, last_seen)
     values (64500, 'EXAMPLE', now(), now())`,
  );
  const [earlier, later] = [await database.aRun(), await database.aRun()];
  await database.query(
    `insert into tidemark.set_aside (run_id, table_name, key, field, reason)
     values ($1, 'session_summaries', 'odd ASN', 'snapshot_asn', 'asn-unreadable'),
            ($2, 'session_summaries', 'odd ASN', 'snapshot_asn', 'asn-unreadable'),
            ($2, 'session_summaries', 'unreadable', 'document', 'document-unreadable'),
            ($2, 'session_summaries', 'a', 'snapshot_asn', 'asn-unreadable'),
            ($2, 'session_summaries', 'open', 'snapshot_asn', 'asn-unreadable'),
            ($2, 'ip_inventory', 'b', 'snapshot_asn', 'asn-unreadable')`,
    [earlier, later],
  );

  const { causes, ...figures } = await count(database);

  expect(figures.sessions).toBe(6);
  expect(causes).toEqual([
    ["source_ip", 4, 1, 0, 1],
    ["enrichment_at", 4, 0, 0, 2],
    ["snapshot_asn", 2, 2, 0, 2],
    ["snapshot_country", 3, 1, 0, 2],
    ["snapshot_ip_types", 1, 1, 2, 2],
  ]);
  expect(figures.months).toEqual([
    { month: "2025-01", withCountry: 2, withoutCountry: 0, open: 0 },
    { month: "2025-02", withCountry: 0, withoutCountry: 0, open: 0 },
    { month: "2025-03", withCountry: 1, withoutCountry: 1, open: 1 },
    { month: "undated", withCountry: 0, withoutCountry: 0, open: 1 },
  ]);
  expect(figures.withoutCountryBefore).toBe(null);
  expect(figures.asns).toEqual({ total: 1, top: [{ asn: 64500, organization: "EXAMPLE", sessions: 2 }] });
  expect(figures.countries).toEqual({
    total: 2,
    top: [
      { country: "NL", sessions: 2 },
      { country: "DE", sessions: 1 },
      { country: "XX", sessions: 1 },
    ],
  });
});

test("the ten largest ASNs are listed, the largest first, with how many there are", async () => {
  const database = await aSweepableDatabase();
  await database.query(
    `insert into public.session_summaries (session_id, enrichment_at, snapshot_asn)
     select asn || '-' || n, now(), 64500 + asn from generate_series(1, 12) as asn, generate_series(1, asn) as n`,
  );

  const { asns } = await count(database);

  expect(asns.total).toBe(12);
  expect(asns.top.map(({ asn, sessions }) => [asn - 64500, sessions])).toEqual(
    [12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((size) => [size, size]),
  );
});

test("at v15 every session is open, in its month", async () => {
  const database = await aCowrieDatabase({
    sessions: [{ sessionId: "a", columns: { first_event_at: "2025-06-01T00:00:00Z" } }],
  });
  await migrateConsoleSchema(await database.client());

  const { causes, months, asns, countries } = await count(database);

  expect(causes.map(([, ...counts]) => counts)).toEqual(Array(5).fill([0, 0, 0, 1]));
  expect(months).toEqual([{ month: "2025-06", withCountry: 0, withoutCountry: 0, open: 1 }]);
  expect([asns.total, countries.total, countries.top]).toEqual([0, 0, []]);
});

test("a database without a session, and one of other types than declared, are counted all the same", async () => {
  const database = await aCowrieDatabase();
  await migrateConsoleSchema(await database.client());
  expect(await count(database)).toMatchObject({ sessions: 0, months: [], asns: { total: 0, top: [] } });

  await database.query(
    `alter table public.session_summaries add source_ip inet, add enrichment_at text, add snapshot_asn text,
       add snapshot_country json, add snapshot_ip_types json, alter first_event_at type timestamp;
     insert into public.session_summaries (session_id, first_event_at, enrichment_at, snapshot_asn)
     values ('a', '2025-06-30T23:30:00', 'swept', 'AS1')`,
  );

  expect(await count(database)).toMatchObject({
    sessions: 1,
    months: [{ month: "2025-06", withoutCountry: 1 }],
    asns: { total: 0, top: [] },
  });
});
