import { expect, test } from "vitest";
import { readPlan, readRuns, readStatus } from "@/lib/migration";
import { compareFingerprints, readFingerprint } from "@/lib/migration/reset/fingerprint";
import { aCowrieDatabase, type TestSession } from "@/lib/testing/database";
import { GUIDE_LINES } from "@/lib/testing/guide-lines";
import { reset, run } from "@/lib/testing/running";

function sessions(count: number): TestSession[] {
  return Array.from({ length: count }, (_, index) => ({
    sessionId: `session-${index}`,
    enrichment: {
      dshield: {
        ip: { number: `198.51.100.${index % 7}`, as: 64500 + (index % 3), asname: "EXAMPLE", ascountry: "NL" },
      },
    },
    columns: { last_event_at: `2025-01-01T00:00:${String(index % 60).padStart(2, "0")}Z` },
  }));
}

test("takes an empty v15 database to v16 and leaves no drift", async () => {
  const database = await aCowrieDatabase();

  const { status, error } = await run(database.target);

  expect({ status, error }).toEqual({ status: "succeeded", error: null });
  const after = await readStatus(database.target);
  expect(after.findings.filter((finding) => finding.severity === "error")).toEqual([]);
  expect(after).toMatchObject({ version: { recorded: "16", observed: "v16" }, verdict: "migrated" });
  expect(after.phases.map((phase) => phase.state)).toEqual(Array(5).fill("complete"));
});

test.each(["json", "jsonb"] as const)("fills sessions and inventories out of %s documents", async (enrichmentType) => {
  const database = await aCowrieDatabase({ enrichmentType, sessions: sessions(21) });

  const { status, lines } = await run(database.target);

  expect(status).toBe("succeeded");
  expect(lines.filter((line) => GUIDE_LINES.includes(line))).toEqual(GUIDE_LINES);
  expect(
    await database.query(
      "select count(*) as n, count(distinct source_ip) as ips from public.session_summaries where snapshot_country = 'NL'",
    ),
  ).toEqual([{ n: 21, ips: 7 }]);
  expect(
    await database.query(
      "select ip_address, session_count, geo_country, current_asn from public.ip_inventory order by 1 limit 1",
    ),
  ).toEqual([{ ip_address: "198.51.100.0", session_count: 3, geo_country: "NL", current_asn: 64502 }]);
  expect(
    await database.query(
      "select asn_number, organization_name, unique_ip_count, total_session_count from public.asn_inventory order by 1",
    ),
  ).toEqual(
    [64500, 64501, 64502].map((asn) =>
      expect.objectContaining({ asn_number: asn, total_session_count: 7, unique_ip_count: 7 }),
    ),
  );
});

test("a second run plans zero steps and touches no row", async () => {
  const database = await aCowrieDatabase({ sessions: sessions(30) });
  await run(database.target);
  const versions = `select (select sum(xmin::text::bigint) from public.session_summaries) as s,
    (select sum(xmin::text::bigint) from public.ip_inventory) as i, (select sum(xmin::text::bigint) from public.asn_inventory) as a`;
  const before = await database.query(versions);

  expect(await readPlan(database.target)).toEqual({ steps: [] });
  const { status, lines } = await run(database.target);

  expect(status).toBe("succeeded");
  expect(await database.query(versions)).toEqual(before);
  expect(lines.filter((line) => line.startsWith("Phase "))).toHaveLength(5);
  expect(lines).toContain("asn_inventory already in place");
});

test("migrate, reset, migrate: v15 exactly in between, v15 data untouched, the same inventories in the end", async () => {
  const database = await aCowrieDatabase({ sessions: sessions(40) });
  const client = await database.client();
  const inventories = `select (select jsonb_agg(to_jsonb(i) - 'created_at' - 'updated_at' order by ip_address) from public.ip_inventory as i) as ips,
    (select jsonb_agg(to_jsonb(a) - 'created_at' - 'updated_at' order by asn_number) from public.asn_inventory as a) as asns`;
  const columns = await database.query<{ names: string }>(
    "select string_agg('s.' || attname, ', ') as names from pg_attribute where attrelid = 'public.session_summaries'::regclass and attnum > 0",
  );
  const data = `select md5(string_agg(row(${columns[0]?.names})::text, ',' order by session_id)) from public.session_summaries as s`;
  const v15 = { catalog: await readFingerprint(client, "public"), data: await database.query(data) };
  await run(database.target);
  const first = await database.query(inventories);
  expect(await database.query(data)).toEqual(v15.data);

  expect((await reset(database.target)).error).toBeNull();
  expect(compareFingerprints(v15.catalog, await readFingerprint(client, "public"))).toEqual([]);
  expect(await database.query(data)).toEqual(v15.data);
  expect(await readStatus(database.target)).toMatchObject({
    version: { recorded: "15", observed: "v15" },
    verdict: "ready",
  });

  expect((await run(database.target)).status).toBe("succeeded");
  expect(await database.query(data)).toEqual(v15.data);
  expect(await database.query(inventories)).toEqual(first);
  expect((await readRuns(database.target)).map((each) => [each.kind, each.status])).toEqual([
    ["migrate", "succeeded"],
    ["reset", "succeeded"],
    ["migrate", "succeeded"],
  ]);
});

test("catch-up takes what ingest wrote afterwards and computes the derived rows anew", async () => {
  const database = await aCowrieDatabase({ sessions: sessions(14) });
  await run(database.target);
  await database.query(
    `insert into public.session_summaries (session_id, enrichment, last_event_at)
     values ('late', '{"dshield": {"ip": {"number": "198.51.100.1", "as": 64999, "ascountry": "DE"}}}', now())`,
  );
  expect((await readStatus(database.target)).version.observed).toBe("v16");

  const { status } = await run(database.target, { kind: "catch-up" });

  expect(status).toBe("succeeded");
  expect(
    await database.query(
      "select session_count, current_asn from public.ip_inventory where ip_address = '198.51.100.1'",
    ),
  ).toEqual([{ session_count: 3, current_asn: 64999 }]);
  expect(await database.query("select total_session_count from public.asn_inventory where asn_number = 64999")).toEqual(
    [{ total_session_count: 1 }],
  );
});

test("leaves the application's inventory rows in place and only widens them", async () => {
  const database = await aCowrieDatabase({ sessions: sessions(14) });
  await run(database.target);
  await database.query(
    `update public.ip_inventory set enrichment_updated_at = '2025-06-01Z', session_count = 500, enrichment = '{"maxmind": {"country": "FR"}}'
     where ip_address = '198.51.100.1'`,
  );
  await database.query(
    `insert into public.session_summaries (session_id, enrichment, last_event_at)
     values ('late', '{"dshield": {"ip": {"number": "198.51.100.1"}}}', '2030-01-01Z')`,
  );

  await run(database.target, { kind: "catch-up" });

  expect(
    await database.query(
      "select session_count, geo_country, last_seen::text from public.ip_inventory where ip_address = '198.51.100.1'",
    ),
  ).toEqual([{ session_count: 500, geo_country: "FR", last_seen: "2030-01-01 00:00:00+00" }]);
});
