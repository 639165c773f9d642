import { expect, test } from "vitest";
import { coveragePage } from "@/lib/contract";
import { countCoverage, readInventorySample, readPlan, readStatus, verify } from "@/lib/migration";
import { aCowrieDatabase, type TestDatabase, type TestSession } from "@/lib/testing/database";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import { type Place, runUntilKilled } from "@/lib/testing/failpoint-runs";
import { resumed } from "@/lib/testing/faults/resumed";
import { reset, run } from "@/lib/testing/running";

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

const REPORT_INDEX = `create index "ix Report" on public.session_summaries (last_event_at desc, session_id) where matcher <> 'it''s' and last_event_at is not null`;

/** A migrated database whose times lose their zone, with so many sessions, by the statistics, that a lock would be felt. */
async function aLargeNaiveDatabase(): Promise<{ database: TestDatabase; whole: string[] }> {
  const database = await aCowrieDatabase({
    sessions: [at("a", "10.0.0.1", { first_event_at: "2025-03-30T01:30:00Z", last_event_at: "2025-03-30T02:30:00Z" })],
  });
  await run(database.target);
  await database.query(REPORT_INDEX);
  const whole = await dumpOf(database.target);
  const naive = (column: string) => `alter ${column} type timestamp using ${column} at time zone 'UTC'`;
  await database.query(
    `alter table public.session_summaries ${naive("first_event_at")}, ${naive("last_event_at")};
     set allow_system_table_mods = on;
     update pg_class set reltuples = 1000000 where oid = 'public.session_summaries'::regclass`,
  );
  return { database, whole };
}

test("F63: indexes of a large table go with the retype of its timestamps, and are built again concurrently", async () => {
  const { database, whole } = await aLargeNaiveDatabase();
  const { steps } = await readPlan(database.target);
  expect(steps.map(({ id }) => id.replace("public.session_summaries", ""))).toEqual([
    "retype-timestamps:",
    "create-index:.ix Report",
    "create-index:.ix_session_summaries_first_event",
    "create-index:.ix_session_summaries_last_event",
    "finish-retype:",
    expect.stringMatching(/^closing-sweep:/),
    "create-index:.idx_session_first_event_brin",
    "create-index:.idx_session_last_event_brin",
  ]);
  expect(steps.flatMap(({ sql }) => sql).filter((sql) => /^create index concurrently /.test(sql))).toHaveLength(5);

  expect((await run(database.target)).error).toBeNull();

  expect(compareDumps(whole, await dumpOf(database.target))).toEqual([]);
  expect((await readPlan(database.target)).steps).toEqual([]);
});

test.each<[Place, number]>([
  ["transaction-open", 0],
  ["transaction-done", 3],
  ["statement-done@2", 2],
])("F63: killed at %s of such a retype, the next run builds every index that went", async (place, missing) => {
  const { database, whole } = await aLargeNaiveDatabase();
  const dead = await runUntilKilled(database.target, place);
  expect(dead, dead.stderr).toMatchObject({ isKilled: true });
  if (missing === 2) {
    // As a build leaves it that was killed in the middle.
    await database.query("update pg_index set indisvalid = false where indexrelid = 'public.\"ix Report\"'::regclass");
  }

  const { findings } = await readStatus(database.target);
  const unbuilt = findings.filter(
    ({ kind, message }) => kind === "missing-index" && message.includes("was dropped for"),
  );
  expect(unbuilt).toHaveLength(missing);
  if (missing > 0) await expect(reset(database.target)).rejects.toMatchObject({ code: "not-eligible" });
  expect(await resumed(database.target)).toMatchObject({ status: "succeeded", error: null });

  expect(compareDumps(whole, await dumpOf(database.target))).toEqual([]);
  expect((await readPlan(database.target)).steps).toEqual([]);
});
