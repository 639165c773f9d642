import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { isEmptyDatabase, makeDemo } from "@/lib/demo/demo";
import type { SkippedLine } from "@/lib/demo/log-lines";
import { aDatabase, type TestDatabase } from "@/lib/testing/database";
import { reasonToSkip } from "@/lib/testing/oracle/shared-data";

const REAL_LOGS = path.resolve("../shared/data/raw-events-sample.ndjson.gz");

async function aLog(name: string, content: string | Buffer): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "tidemark-log-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

const connect = (session: string, more: object = {}) =>
  JSON.stringify({ eventid: "cowrie.session.connect", session, timestamp: "2025-01-01T00:00:00.000001Z", ...more });

/** Shares of all sessions, as text matching sees them: the documents are not read by the rules under test. */
async function readShares(database: TestDatabase): Promise<Record<string, number>> {
  const [row] = await database.query<Record<string, number>>(`
    select
      avg((text ~ '^{"session"')::int)::float8 as nested,
      avg((text ~ '"(as|asn|asnumber)":("AS)?"?[1-9]')::int)::float8 as with_asn,
      avg((text ~ '"(ascountry|country)":"(?!XX)[A-Z]{2}"')::int)::float8 as with_country,
      avg(octet_length(text))::float8 as bytes,
      (count(*) filter (where text like '%\\\\u0000%'))::int as nul
    from (select coalesce(enrichment::text, '') as text from public.session_summaries) documents`);
  return row ?? {};
}

test("generates a v15 honeypot in the proportions of production", async () => {
  const database = await aDatabase();
  const counts = await makeDemo(database.target, { sessions: 10_000, until: new Date("2025-12-01T00:00:00Z") });

  expect(counts).toEqual({ sessions: 10_000, skippedLines: 0 });
  const shares = await readShares(database);
  expect(shares.bytes).toBeGreaterThan(3_000);
  expect(shares.bytes).toBeLessThan(3_800);
  expect(shares.nested).toBeGreaterThan(0.3);
  expect(shares.nested).toBeLessThan(0.6);
  // Production: 14.5 % without ASN, 17.7 % without country.
  expect(shares.with_asn).toBeCloseTo(0.855, 1);
  expect(shares.with_country).toBeCloseTo(0.823, 1);
  expect(shares.nul).toBe(2);

  const [times] = await database.query(`
    select min(first_event_at) < '2024-11-10' as starts, max(last_event_at) > '2025-11-29' as ends,
           bool_and(updated_at >= created_at and created_at >= last_event_at) as ordered,
           count(distinct updated_at)::int as updates
    from public.session_summaries`);
  expect(times).toMatchObject({ starts: true, ends: true, ordered: true });
  expect(await database.query("select value from public.schema_state")).toEqual([{ value: "15" }]);
});

test("keeps the raw events of every session whose document does not name its address", async () => {
  const database = await aDatabase();
  await makeDemo(database.target, { sessions: 2_000 });
  const orphans = await database.query(`
    select session_id from public.session_summaries s
    where (enrichment is null or enrichment::text ~ '^(null|{}|\\[\\]|"")$' or enrichment::text like '%\\\\u0000%')
      and not exists (select from public.raw_events e where e.session_id = s.session_id)`);
  expect(orphans).toEqual([]);
});

test("repeats itself with the same seed", async () => {
  const digests = [];
  for (const seed of [7, 7, 8]) {
    const database = await aDatabase();
    await makeDemo(database.target, { sessions: 300, seed, until: new Date("2025-12-01T00:00:00Z") });
    digests.push(
      await database.query("select md5(string_agg(s::text, '' order by session_id)) from public.session_summaries s"),
    );
    await database.drop();
  }
  expect(digests[1]).toEqual(digests[0]);
  expect(digests[2]).not.toEqual(digests[0]);
});

test("refuses a database that holds anything else, and leaves it as it was", async () => {
  const database = await aDatabase();
  await database.query("create schema reports; create table reports.mine (id int)");

  await expect(makeDemo(database.target, { sessions: 10 })).rejects.toMatchObject({
    code: "not-eligible",
    message: expect.stringContaining("reports.mine"),
  });

  expect(await database.query("select to_regclass('public.session_summaries') as made")).toEqual([{ made: null }]);
  expect(await isEmptyDatabase(database.target)).toBe(false);
});

test("sums up the events of a session and keeps each as it was logged", async () => {
  const database = await aDatabase();
  const typed = {
    eventid: "cowrie.command.input",
    input: "echo ssh-rsa AAAA0123456789012345678901234567890123456789 > .ssh/authorized_keys",
  };
  const lines = [
    connect("a1", { src_ip: "1.1.1.1" }),
    connect("a1", { eventid: "cowrie.login.failed", password: "\u0000", timestamp: "2025-01-01T00:00:02Z" }),
    connect("a1", { ...typed, timestamp: "2025-01-01T00:00:01.5+00:00" }),
    connect("a1", { eventid: "cowrie.session.file_download", message: "line\u2028separator" }),
    JSON.stringify({ eventid: "cowrie.log.rotated" }),
  ];
  const log = await aLog("cowrie.json.gz", gzipSync(lines.join("\r\n")));

  expect(await makeDemo(database.target, { logs: [log] })).toEqual({ sessions: 1, skippedLines: 0 });

  const [session] = await database.query(
    `select session_id, first_event_at::text, last_event_at::text, event_count, command_count, login_attempts,
            file_downloads, ssh_key_injections, unique_ssh_keys, source_files
     from public.session_summaries`,
  );
  expect(session).toEqual({
    session_id: "a1",
    first_event_at: "2025-01-01 00:00:00.000001+00",
    last_event_at: "2025-01-01 00:00:02+00",
    event_count: 4,
    command_count: 1,
    login_attempts: 1,
    file_downloads: 1,
    ssh_key_injections: 1,
    unique_ssh_keys: 1,
    source_files: ["cowrie.json.gz"],
  });
  expect(
    await database.query("select source, source_offset, session_id, payload::text from public.raw_events order by id"),
  ).toEqual(
    lines.map((payload, index) => ({
      source: "cowrie.json.gz",
      source_offset: index + 1,
      session_id: index < 4 ? "a1" : null,
      payload,
    })),
  );
});

test("counts malformed lines with file and line, and goes on", async () => {
  const database = await aDatabase();
  const log = await aLog("cowrie.json", `${connect("a1")}\n{"cut": "off\n\n[1]\n${connect("a2")}`);
  const skipped: SkippedLine[] = [];

  const counts = await makeDemo(database.target, { logs: [log], onSkipped: (line) => skipped.push(line) });

  expect(counts).toEqual({ sessions: 2, skippedLines: 2 });
  expect(skipped).toEqual([
    { file: log, line: 2, reason: "not JSON" },
    { file: log, line: 4, reason: "not a JSON object" },
  ]);
});

test.each([
  ["a missing file", async () => "/nowhere/cowrie.json"],
  ["a gzip file that is cut off", async () => aLog("cut.gz", gzipSync(connect("a1")).subarray(0, 40))],
])("refuses %s without leaving anything behind", async (_title, aFile) => {
  const database = await aDatabase();
  const file = await aFile();
  await expect(makeDemo(database.target, { logs: [file] })).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining(file),
  });
  expect(await isEmptyDatabase(database.target)).toBe(true);
});

test("takes values that no column can hold as absent", async () => {
  const database = await aDatabase();
  const odd = [
    connect("x".repeat(65)),
    connect("nul\u0000"),
    connect("half\ud800"),
    connect("a1", { timestamp: "2025-02-31 25:00", eventid: "e".repeat(200), src_ip: 7 }),
  ];
  const log = await aLog("odd.json", odd.join("\n"));
  expect(await makeDemo(database.target, { logs: [log] })).toEqual({ sessions: 1, skippedLines: 0 });
  expect(await database.query("select session_id, first_event_at, event_count from public.session_summaries")).toEqual([
    { session_id: "a1", first_event_at: null, event_count: 1 },
  ]);
});

test.skipIf(reasonToSkip(path.basename(REAL_LOGS)) !== null)(
  "loads every session of real logs, those with NUL escapes included",
  async () => {
    const database = await aDatabase();
    expect(await makeDemo(database.target, { logs: [REAL_LOGS] })).toEqual({ sessions: 17_511, skippedLines: 0 });
    const [events] = await database.query(
      `select count(*)::int as events, (count(*) filter (where payload::text like '%\\\\u0000%'))::int as nul from public.raw_events`,
    );
    expect(events).toEqual({ events: 130_721, nul: 44 });
  },
);
