import { expect, test, vi } from "vitest";
import { type CoverageDetail, coverageDetail } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { readCoverage, readCoverageDetail, readInventorySample, verify } from "@/lib/migration";
import { aCowrieDatabase } from "@/lib/testing/database";
import { reset, run } from "@/lib/testing/running";

/** The last hour of the year before: no run of a test began then. */
const columns = { updated_at: "2025-12-31T23:00:00Z", first_event_at: "2025-12-31T22:00:00Z" };

const spur = Array.from({ length: 18 }, (_, index) => (index === 9 ? "VPN" : ""));

const sessions = [
  {
    sessionId: "flat",
    enrichment: { dshield: { ip: { number: "198.51.100.1", as: 64500, ascountry: "NL" } } },
    columns,
  },
  {
    sessionId: "nested",
    enrichment: { session: { "198.51.100.2": { cymru: { asn: "AS64501", country: "de" }, spur } } },
    columns,
  },
  {
    sessionId: "both",
    enrichment: {
      session_metadata: { source_ip: "198.51.100.3" },
      maxmind: { country: "XX" },
      session: { "198.51.100.3": { maxmind: { country: "FR" }, ip_classification: { ip_type: "tor" } } },
    },
    columns,
  },
  { sessionId: "event", enrichment: {}, events: [{ payload: { src_ip: "198.51.100.4" } }], columns },
];

/** What is read once nothing is being counted any more. */
async function readCounted(target: DatabaseTarget): Promise<CoverageDetail> {
  return vi.waitFor(
    async () => {
      const detail = await readCoverageDetail(target);
      expect(detail.isBeingCounted).toBe(false);
      expect(coverageDetail.parse(detail)).toEqual(detail);
      return detail;
    },
    { timeout: 10_000 },
  );
}

/** Sessions by source, those of none left out. */
function sourcesOf(detail: CoverageDetail, column: string) {
  const found = detail.sources?.columns.find((it) => it.column === column);
  const used = found?.sources.filter((source) => source.sessions > 0) ?? [];
  return { ...found, sources: used.map(({ path, flat, nested, sessions: count }) => [path, flat, nested, count]) };
}

test("verify --deep keeps which source, in which layout, gave each value, until a reset", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  expect((await readCounted(database.target)).sources).toBe(null);
  await database.query("update public.session_summaries set snapshot_country = null where session_id = 'flat'");
  await database.query(
    "update public.session_summaries set snapshot_asn = 64999 where session_id in ('flat', 'event')",
  );

  await verify(database.target, { startedBy: "cli", isDeep: true });

  const detail = await readCounted(database.target);
  expect(detail.sources?.sessions).toBe(4);
  expect(sourcesOf(detail, "source_ip")).toEqual({
    column: "source_ip",
    sources: [
      ["dshield.ip.number", null, null, 1],
      ["session_metadata.source_ip", null, null, 1],
      ["session.<address>", null, null, 1],
      ["first raw event", null, null, 1],
    ],
    kept: 0,
    recoverable: 0,
  });
  expect(sourcesOf(detail, "snapshot_asn")).toMatchObject({
    sources: [["cymru.asn", 0, 1, 1]],
    kept: 2,
    recoverable: 0,
  });
  expect(sourcesOf(detail, "snapshot_country")).toMatchObject({
    sources: [
      ["maxmind.country", 0, 1, 1],
      ["cymru.country", 0, 1, 1],
    ],
    kept: 0,
    recoverable: 1,
  });
  expect(sourcesOf(detail, "snapshot_ip_types")).toMatchObject({
    sources: [
      ["spur[9]", 0, 1, 1],
      ["ip_classification.ip_type", 0, 1, 1],
    ],
  });
  expect(detail.figures?.columns.find(({ column }) => column === "snapshot_country")).toMatchObject({ recoverable: 1 });

  await reset(database.target);
  expect(await readCounted(database.target)).toMatchObject({ sources: null, figures: { sessions: 4 } });
});

test("the same places at the top level, and the column of the application's own migration, are told apart", async () => {
  const database = await aCowrieDatabase({
    sessions: [
      {
        sessionId: "flat",
        enrichment: { cymru: { asn: 64500, country: "NL" }, spur, session: { "198.51.100.1": { cymru: { asn: 1 } } } },
        columns,
      },
      { sessionId: "column", enrichment: { ip_classification: { ip_type: "tor" } }, columns },
    ],
  });
  await database.query("alter table public.session_summaries add snapshot_ip_type text");
  await database.query("update public.session_summaries set snapshot_ip_type = 'proxy' where session_id = 'column'");
  await run(database.target);

  await verify(database.target, { startedBy: "cli", isDeep: true });

  const detail = await readCounted(database.target);
  expect(sourcesOf(detail, "snapshot_asn").sources).toEqual([["cymru.asn", 1, 0, 1]]);
  expect(sourcesOf(detail, "snapshot_country").sources).toEqual([["cymru.country", 1, 0, 1]]);
  expect(sourcesOf(detail, "snapshot_ip_types").sources).toEqual([
    ["snapshot_ip_type", null, null, 1],
    ["spur[9]", 1, 0, 1],
  ]);
});

test("figures are counted behind the answer, kept, and counted anew once a run has ended", async () => {
  const database = await aCowrieDatabase({ sessions });
  expect(await readCoverageDetail(database.target)).toMatchObject({ figures: null, isBeingCounted: false });
  await run(database.target);

  const first = await readCoverageDetail(database.target);
  expect(first).toMatchObject({ figures: null, newestHour: null, isBeingCounted: true });
  const counted = await readCounted(database.target);
  expect(counted.figures?.sessions).toBe(4);
  expect(counted.newestHour?.slots).toHaveLength(12);

  await database.query("insert into public.session_summaries (session_id) values ('later')");
  expect((await readCounted(database.target)).figures).toEqual(counted.figures);
  await run(database.target, { kind: "catch-up" });
  expect((await readCounted(database.target)).figures?.sessions).toBe(5);
});

test("the SQL of the recovery guide gives the figures of the page", async () => {
  const database = await aCowrieDatabase({ schema: "odd schema", sessions });
  await run(database.target);
  const { guide } = await readCoverageDetail(database.target);
  const { inventory, sessions: counted } = await readCoverage(database.target);
  const sample = await readInventorySample(database.target);

  expect(guide.map(({ awaits }) => awaits)).toEqual([null, null, null, null, null]);
  const found: Record<string, unknown[]> = {};
  for (const { check, sql } of guide) found[check] = await database.query(sql);

  expect(found).toMatchObject({
    "schema-version": [{ key: "schema_version", value: "16" }],
    asns: [{ count: inventory.asns }],
    addresses: [{ count: inventory.ips }],
    "sessions-with-address": [{ count: counted.withSourceIp }],
    sample: sample.map(({ ipAddress, geoCountry, ipTypes }) => ({
      ip_address: ipAddress,
      geo_country: geoCountry,
      ip_types: ipTypes,
    })),
  });
  expect(sample).toHaveLength(4);
});

test("the SQL of the recovery guide names the phase that has to bring what it asks for", async () => {
  const database = await aCowrieDatabase({ sessions });
  const read = async () => {
    const { guide } = await readCoverageDetail(database.target);
    return guide.map(({ check, awaits }) => [check, awaits]);
  };
  expect(await read()).toEqual([
    ["schema-version", null],
    ["asns", "asn-inventory"],
    ["addresses", "ip-inventory"],
    ["sessions-with-address", "source-ip"],
    ["sample", "ip-inventory"],
  ]);

  await database.query("alter table public.session_summaries add source_ip varchar(45)");
  await database.query("create table public.ip_inventory (ip_address varchar(45) primary key)");
  expect(await read()).toEqual([
    ["schema-version", null],
    ["asns", "asn-inventory"],
    ["addresses", null],
    ["sessions-with-address", null],
    ["sample", "ip-inventory"],
  ]);
});

test("figures are counted anew each minute while a run is under way, and each ten minutes otherwise", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await readCounted(database.target);
  await database.query(
    `update tidemark.measures set value = jsonb_set(value, '{measuredAt}', to_jsonb(
       to_char((clock_timestamp() - interval '2 minutes') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
     where name = 'coverage-figures'`,
  );
  await database.query("update tidemark.runs set finished_at = clock_timestamp() - interval '1 hour'");
  const countedAt = async () => (await readCounted(database.target)).figures?.measuredAt;
  const old = await countedAt();
  expect(await countedAt()).toBe(old);

  await database.query("insert into tidemark.runs (kind, status, started_by) values ('migrate', 'paused', 'web')");
  expect(await countedAt()).not.toBe(old);
});
