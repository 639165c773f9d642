import { expect, test } from "vitest";
import { coveragePage } from "@/lib/contract";
import { countCoverage, readInventorySample, verify } from "@/lib/migration";
import { aCowrieDatabase, type TestSession } from "@/lib/testing/database";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import { run } from "@/lib/testing/running";

const at = (sessionId: string, address: string, columns: Record<string, unknown> = {}): TestSession => ({
  sessionId,
  enrichment: { dshield: { ip: { number: address, as: 64_500 } }, enriched_at: "2025-03-30T02:30" },
  columns: { created_at: "2025-01-01T00:00:00Z", updated_at: "2025-01-01T00:00:00Z", ...columns },
});

test("F64: what a run reads does not depend on DateStyle, TimeZone or IntervalStyle of the database", async () => {
  const spellings = ["01/02/2024", "now", "infinity", "", "1700000000", "2024-02-01", "2024-02-01 03:04:05+05:30"];
  const sessions = spellings.map((enriched_at, index) => ({
    ...at(`s${index}`, `10.0.0.${index}`, { first_event_at: "2025-03-30T01:30:00Z" }),
    enrichment: { enriched_at, cymru: { asn: 64_500 + index } },
  }));
  const plain = await aCowrieDatabase({ sessions });
  const odd = await aCowrieDatabase({ sessions });
  const name = new URL(odd.target.connectionString).pathname.slice(1);
  for (const setting of ["datestyle = 'SQL, DMY'", "timezone = 'Asia/Kolkata'", "intervalstyle = 'sql_standard'"]) {
    await odd.query(`alter database ${name} set ${setting}`);
  }
  for (const { target } of [plain, odd]) expect(await run(target)).toMatchObject({ status: "succeeded" });
  const [expected, found] = [await dumpOf(plain.target), await dumpOf(odd.target)];
  expect(compareDumps(expected, found)).toEqual([]);
  expect(expected.filter((line) => line.startsWith("set aside"))).toEqual([
    "set aside session_summaries s0 enrichment_at enriched-at-unreadable 01/02/2024",
    "set aside session_summaries s1 enrichment_at enriched-at-unreadable now",
    "set aside session_summaries s2 enrichment_at enriched-at-unreadable infinity",
    "set aside session_summaries s4 enrichment_at enriched-at-unreadable 1700000000",
  ]);
});

test("F65: a session without any time is swept, and its inventory rows have the time of the sweep", async () => {
  const document = { dshield: { ip: { number: "10.0.0.4", as: 64_504 } } };
  const database = await aCowrieDatabase({
    sessions: [
      at("first", "10.0.0.1", { first_event_at: "2025-02-01T00:00:00Z" }),
      at("last", "10.0.0.2", { last_event_at: "2025-02-02T00:00:00Z" }),
      at("created", "10.0.0.3"),
      { sessionId: "none", enrichment: document },
      { sessionId: "none either", enrichment: document },
    ],
  });
  await database.query(`alter table public.session_summaries alter created_at drop not null`);
  await database.query(`update public.session_summaries set created_at = null where session_id like 'none%'`);
  expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
  const times = await database.query<{ ip_address: string; first: string; last: string }>(
    `select ip_address, first_seen::text as first, last_seen::text as last from public.ip_inventory order by 1`,
  );
  expect(times.slice(0, 3)).toEqual([
    { ip_address: "10.0.0.1", first: "2025-02-01 00:00:00+00", last: "2025-02-01 00:00:00+00" },
    { ip_address: "10.0.0.2", first: "2025-02-02 00:00:00+00", last: "2025-02-02 00:00:00+00" },
    { ip_address: "10.0.0.3", first: "2025-01-01 00:00:00+00", last: "2025-01-01 00:00:00+00" },
  ]);
  const [swept] = await database.query<{ first: string; last: string }>(
    `select min(enrichment_at)::text as first, max(enrichment_at)::text as last
     from public.session_summaries where session_id like 'none%'`,
  );
  expect(times[3]).toEqual({ ip_address: "10.0.0.4", ...swept });
  expect(await database.query(`select 1 from public.session_summaries where enrichment_at is null`)).toEqual([]);
  const before = await dumpOf(database.target);
  await run(database.target);
  expect(compareDumps(before, await dumpOf(database.target))).toEqual([]);
});

test("F66: times outside any calendar are kept as they are, and every page and figure still comes", async () => {
  const extremes: Record<string, [first: string, last: string]> = {
    "10.0.0.1": ["-infinity", "infinity"],
    "10.0.0.2": ["infinity", "-infinity"],
    "10.0.0.3": ["0001-01-01T00:00:00Z", "294276-12-31T23:59:59.999999Z"],
    "10.0.0.4": ["4713-01-01T00:00:00Z BC", "0044-03-15T00:00:00Z BC"],
    "10.0.0.5": ["2025-02-02T00:00:00Z", "2025-02-01T00:00:00Z"],
  };
  const database = await aCowrieDatabase({
    sessions: Object.entries(extremes).map(([address, [first, last]]) =>
      at(address, address, { first_event_at: first, last_event_at: last, created_at: first, updated_at: last }),
    ),
  });
  const read = `select session_id, first_event_at::text, last_event_at::text, created_at::text, updated_at::text
    from public.session_summaries order by 1`;
  const before = await database.query(read);
  expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
  expect(await database.query(read)).toEqual(before);
  expect(
    await database.query(`select i.ip_address from public.ip_inventory as i
      join public.session_summaries as s on s.source_ip = i.ip_address
      where (i.first_seen, i.last_seen) is distinct from (s.first_event_at, s.last_event_at)`),
  ).toEqual([]);
  expect(await database.query(`select first_seen::text, last_seen::text from public.asn_inventory`)).toEqual([
    { first_seen: "-infinity", last_seen: "infinity" },
  ]);

  const sample = await readInventorySample(database.target);
  expect(sample.map(({ ipAddress, lastSeen }) => [ipAddress, lastSeen])).toEqual([
    ["10.0.0.1", null],
    ["10.0.0.2", null],
    ["10.0.0.3", null],
    ["10.0.0.4", null],
    ["10.0.0.5", "2025-02-01T00:00:00.000Z"],
  ]);
  expect(coveragePage.shape.sample.parse(JSON.parse(JSON.stringify(sample)))).toEqual(sample);
  expect(await countCoverage(database.target)).toMatchObject({ sessions: { total: 5, open: 0, withSourceIp: 5 } });
  expect(await verify(database.target, { startedBy: "cli" })).toMatchObject({ verdict: "migrated" });
  expect(await run(database.target, { kind: "catch-up", retriesSetAside: true })).toMatchObject({
    status: "succeeded",
  });
});
