import { expect, onTestFinished, test } from "vitest";
import { openPool, withClient } from "@/lib/db/client";
import { openControl } from "@/lib/migration/run/control";
import { readLimits } from "@/lib/migration/run/limits";
import { openReport } from "@/lib/migration/run/report";
import type { RoomLimits, RunContext } from "@/lib/migration/run/run-context";
import { watchPace } from "@/lib/migration/steps/pace";
import { readDeadRows } from "@/lib/migration/steps/pace-signals";
import { readCheckpoints, toBacklog } from "@/lib/migration/steps/pace-signals-wal";
import { aJournalDatabase, type JournalDatabase } from "@/lib/testing/journal-database";

const PATIENT = { timeout: 20_000, interval: 50 };
const NO_ROOM: RoomLimits = { writerWaitMs: 0, commitMs: 0, walBacklogBytes: 0, replicaLagMs: 0, vacuumMs: 0 };

/** What a sweep of the journal's run works with; the heartbeat goes on until the end of the test. */
async function aContext(database: JournalDatabase, room: Partial<RoomLimits>, role?: string): Promise<RunContext> {
  const url = new URL(database.target.connectionString);
  if (role !== undefined) {
    url.username = role;
    url.password = "secret";
  }
  const target = { ...database.target, connectionString: url.href };
  const pool = openPool(target, { max: 4 });
  const claimed = { id: database.runId, kind: "migrate" as const, epoch: 1, options: {}, isResumed: false };
  const report = openReport(pool, claimed, () => {});
  const control = openControl(pool, claimed, report, new AbortController().signal);
  onTestFinished(async () => {
    await control.close();
    await pool.end();
  });
  const client = await database.client();
  const limits = { ...readLimits(), parallelism: 3, batchTargetMs: 100, room: { ...NO_ROOM, ...room } };
  return { target, run: claimed, client, helpers: new Set(), pool, severPool: () => {}, report, limits, control };
}

const linesOf = (database: JournalDatabase) =>
  database.query<{ level: string; message: string }>("select level, message from tidemark.log_lines order by seq");

test("a slow sweep works on one connection, in smaller batches with rests, and says why until it is over", async () => {
  const database = await aJournalDatabase();
  // No write is that quick.
  const context = await aContext(database, { commitMs: 0.0001 });
  const full = { workers: 3, targetMs: 100 };
  const pace = watchPace(context, "source-ip");
  expect(pace).toMatchObject({ ...full, slowBecause: null });
  expect(pace.restAfter(100)).toBe(0);

  await expect.poll(() => pace.slowBecause, PATIENT).toMatch(/^the smallest write takes \d+ ms to commit \(limit/);
  expect(pace).toMatchObject({ workers: 1, targetMs: 50 });
  expect(pace.restAfter(100)).toBeGreaterThanOrEqual(100);
  expect(pace.restAfter(60_000)).toBe(2_000);
  const reason = () => database.query("select slow_because from tidemark.runs");
  await expect.poll(reason, PATIENT).toEqual([{ slow_because: expect.stringContaining("the smallest write") }]);

  await pace.close();
  expect(pace).toMatchObject({ ...full, slowBecause: null });
  expect(await reason()).toEqual([{ slow_because: null }]);
  expect((await linesOf(database)).map(({ level }) => level)).toEqual(["warn", "info"]);
});

test("speed and workers asked for are followed; gentle works on one connection", async () => {
  const database = await aJournalDatabase();
  const pace = watchPace(await aContext(database, {}), "source-ip");
  const ask = (speed: string, workers: number) =>
    database.query("update tidemark.runs set speed = $1, workers = $2", [speed, workers]);
  await ask("fast", 5);
  await expect.poll(() => [pace.workers, pace.targetMs], PATIENT).toEqual([5, 200]);
  await ask("gentle", 5);
  await expect.poll(() => [pace.workers, pace.targetMs, pace.restAfter(100)], PATIENT).toEqual([1, 50, 300]);
  await pace.close();
});

test("what a role may not see does not slow anything down, and is said once in a run", async () => {
  const database = await aJournalDatabase();
  const role = `plain_${database.runId}_${Date.now()}`;
  await database.query(
    `create role ${role} login password 'secret';
     grant usage on schema tidemark to ${role};
     grant all on all tables in schema tidemark to ${role};
     revoke execute on function pg_catalog.pg_control_checkpoint() from public`,
  );
  onTestFinished(async () => void (await database.query(`drop owned by ${role}; drop role ${role}`)));
  const context = await aContext(database, { walBacklogBytes: 1e12 }, role);
  for (const phase of ["source-ip", "session-snapshots"] as const) {
    const pace = watchPace(context, phase);
    await expect.poll(() => linesOf(database), PATIENT).toHaveLength(1);
    await pace.close();
    expect(pace.slowBecause).toBeNull();
  }
  expect(await linesOf(database)).toEqual([
    {
      level: "debug",
      message: expect.stringMatching(/^WAL since the last checkpoint cannot be seen, .*grant pg_monitor$/),
    },
  ]);
});

test("WAL is counted from the last segment that was archived, or from the one that could not be", () => {
  const segmentBytes = 16 * 1024 ** 2;
  const written = 2 ** 32 + 10 * segmentBytes + 5;
  const row = { written, segmentBytes, archived: null, failed: null };
  expect(toBacklog(row)).toBeNull();
  expect(toBacklog({ ...row, archived: "000000010000000100000009" })).toBe(5);
  expect(toBacklog({ ...row, archived: "000000020000000100000008.00000028.backup" })).toBe(segmentBytes + 5);
  expect(toBacklog({ ...row, failed: "0000000100000000000000FF" })).toBe(11 * segmentBytes + 5);
  expect(toBacklog({ ...row, archived: "00000002.history", failed: "00000001000000010000000A" })).toBe(5);
});

test("WAL since the last checkpoint presses the more, the more there is", async () => {
  const database = await aJournalDatabase();
  const pool = database.pool();
  const pressure = await readCheckpoints(pool);
  expect(pressure?.reason).toMatch(
    /^checkpoints are behind: [\d,]+ MB of WAL since the last one, max_wal_size is [\d,]+ MB$/,
  );
  expect(pressure?.share).toBeGreaterThanOrEqual(0);
});

test("dead rows press where they outnumber the live ones and autovacuum is to take them", async () => {
  const database = await aJournalDatabase();
  const pool = database.pool();
  // A backend tells its figures at its end at the latest.
  await withClient(database.target, async (client) => {
    await client.query("create table public.heap as select 0 as n from generate_series(1, 60000)");
    for (const n of [1, 2]) await client.query(`update public.heap set n = ${n}`);
  });
  await expect
    .poll(() => readDeadRows(pool, "public.heap"), PATIENT)
    .toMatchObject({
      reason: expect.stringMatching(/^session_summaries has 1\d\d,\d+ dead rows for 60,000 live ones/),
    });
  expect((await readDeadRows(pool, "public.heap"))?.share).toBeCloseTo(2 / 1.2, 1);
  await database.query("alter table public.heap set (autovacuum_enabled = off)");
  expect(await readDeadRows(pool, "public.heap")).toBeNull();
});

test("dead rows say nothing while neither statistics nor the table's estimate know of a live one", async () => {
  const database = await aJournalDatabase();
  const pool = database.pool();
  // As after a restore of the files or a crash. A connection each: what one reports is out when it ends.
  for (const statement of [
    "create table public.restored with (autovacuum_enabled = off) as select 0 as n from generate_series(1, 120000)",
    "select pg_stat_reset_single_table_counters('public.restored'::regclass)",
    "update public.restored set n = 1",
  ]) {
    await withClient(database.target, (client) => client.query(statement));
  }
  await database.query("alter table public.restored reset (autovacuum_enabled)");
  const counted = () =>
    database.query<{ dead: number; live: number }>(
      "select pg_stat_get_dead_tuples(c)::int as dead, pg_stat_get_live_tuples(c)::int as live from (select 'public.restored'::regclass::oid as c) as t",
    );
  await expect.poll(counted, PATIENT).toEqual([{ dead: 120_000, live: 0 }]);
  expect(await readDeadRows(pool, "public.restored")).toBeNull();
  await database.query("analyze public.restored");
  expect((await readDeadRows(pool, "public.restored"))?.share).toBeCloseTo(1 / 1.2, 1);
});
