import { expect, test, vi } from "vitest";
import type { ProgressEvent, RunEvent } from "@/lib/contract";
import { openPool } from "@/lib/db/client";
import { readRun } from "@/lib/migration";
import { HiddenError } from "@/lib/migration/steps/pace-signal";
import { openReplicaSignal } from "@/lib/migration/steps/pace-signals-replica";
import { openSlotSignal } from "@/lib/migration/steps/pace-signals-wal";
import type { TestDatabase } from "@/lib/testing/database";
import { UNPRESSED, withSettings } from "@/lib/testing/faults/reacting";
import { aHoneypot } from "@/lib/testing/honeypot";
import { startIngest } from "@/lib/testing/ingest";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { type FinishedRun, run } from "@/lib/testing/running";
import { aServer } from "@/lib/testing/servers";
import { aStandby } from "@/lib/testing/standby";

const PATIENT = { timeout: 40_000, interval: 50 };

const FIRST = "session_id = (select session_id from public.session_summaries order by ctid limit 1)";

/** A trigger that makes the last session wait: in the test's hands from before the run, which a row lock cannot be. */
const HOLD_LAST = `
create function public.wait_for_test() returns trigger language plpgsql as $$
begin
  perform pg_catalog.pg_advisory_xact_lock(4711);
  return new;
end $$;
do $$ begin
  execute pg_catalog.format(
    'create trigger wait_for_test before update of source_ip on public.session_summaries for each row
       when (old.session_id = %L) execute function public.wait_for_test()',
    (select session_id from public.session_summaries order by ctid desc limit 1)
  );
end $$`;

interface SlowRun {
  finished: Promise<FinishedRun>;
  /** Why it is slow, as the page is told. */
  slowBecause(): Promise<string | null | undefined>;
  /** Lets the sweep go on: until then a batch waits for its last session. */
  release(): Promise<void>;
}

/** A run whose sweep has come to the session that was last when it began, and waits there. */
async function aRunInItsSweep(database: TestDatabase, onEvent: (event: RunEvent) => void = () => {}): Promise<SlowRun> {
  withSettings({ TIDEMARK_LOCK_TIMEOUT_MS: 30_000 });
  const holder = await database.client();
  await holder.query("alter table public.session_summaries add column source_ip varchar(45)");
  await holder.query(HOLD_LAST);
  await holder.query("select pg_advisory_lock(4711)");
  let runId = 0;
  const finished = run(database.target, {
    onEvent: (event) => {
      if (event.type === "run-started") runId = event.runId;
      onEvent(event);
    },
  }).finally(() => holder.query("drop function public.wait_for_test() cascade"));
  // A test that fails before it comes to the end of its run says why it failed.
  finished.catch(() => {});
  await vi.waitFor(async () => {
    expect(
      await database.query(
        `select from pg_stat_activity where datname = current_database()
         and application_name in ('tidemark run', 'tidemark sweep') and wait_event_type = 'Lock'`,
      ),
    ).not.toHaveLength(0);
  }, PATIENT);
  return {
    finished,
    slowBecause: async () => (await readRun(database.target, runId))?.slowBecause,
    release: async () => void (await holder.query("select pg_advisory_unlock(4711)")),
  };
}

const linesOf = (lines: string[]) => lines.filter((line) => /^(Slowing down|No longer slow)/.test(line));

test("F70: a replica that falls behind slows the sweep down until it has caught up, and nothing is lost", async () => {
  const server = await aServer({ max_wal_senders: "4" });
  const standby = await aStandby(server, "standby1");
  const database = await aHoneypot({ sessions: 1_500, serverUrl: server.url });
  const before = await snapshotOf(database);
  withSettings({ ...UNPRESSED, TIDEMARK_REPLICA_LAG_MS: 500 });
  const ingest = await startIngest(database, { rate: 50, touchEvery: 0 });
  await standby.pause();

  const sweep = await aRunInItsSweep(database);
  await expect.poll(sweep.slowBecause, PATIENT).toMatch(/^replica standby1 is [\d.]+ s behind \(limit 0\.5 s\)$/);
  await standby.resume();
  await expect.poll(sweep.slowBecause, PATIENT).toBeNull();
  await sweep.release();

  const { status, lines } = await sweep.finished;
  expect(status).toBe("succeeded");
  // Later sweeps of the run may have a stretch of their own: each begins for the replica, and ends.
  const said = linesOf(lines);
  expect(said.length).toBeGreaterThanOrEqual(2);
  expect(said).toEqual(
    said.map((_, index) =>
      expect.stringMatching(
        index % 2 === 0 ? /^Slowing down: replica standby1 is / : /^No longer slow, after [\d.]+ s$/,
      ),
    ),
  );
  expect(said.length % 2).toBe(0);
  const pool = openPool(database.target, { max: 1 });
  expect(await openSlotSignal(pool, 1).read()).toMatchObject({
    reason: expect.stringMatching(/^replication slot standby1 keeps \d+ MB of WAL/),
  });
  await pool.end();
  const written = await ingest.stop();
  await expectInvariants(database, { before, finished: true, ingest: written });
  await expectHidden(database);
});

/** A role without the right sees that there is a replica, and nothing of it: no guess is made. */
async function expectHidden(database: TestDatabase): Promise<void> {
  await database.query("create role stranger login password 'secret'");
  const url = new URL(database.target.connectionString);
  url.username = "stranger";
  url.password = "secret";
  const pool = openPool({ ...database.target, connectionString: url.href }, { max: 1 });
  await expect(openReplicaSignal(pool, 500).read()).rejects.toThrow(HiddenError);
  await pool.end();
}

test("F70: WAL that the archive does not take slows the sweep down, and the progress says why", async () => {
  const server = await aServer({ archive_mode: "on", archive_command: "false" });
  const database = await aHoneypot({ sessions: 300, serverUrl: server.url });
  withSettings({ ...UNPRESSED, TIDEMARK_WAL_BACKLOG_MB: 16 });
  for (const table of ["one", "two", "three"]) {
    await database.query(`create table public.${table} (); select pg_switch_wal()`);
  }
  await expect
    .poll(() => database.query("select failed_count > 0 as failed from pg_stat_archiver"), PATIENT)
    .toEqual([{ failed: true }]);
  const reasons: (string | null)[] = [];

  const sweep = await aRunInItsSweep(database, (event) => {
    if (event.type === "progress") reasons.push((event satisfies ProgressEvent).slowBecause);
  });
  await expect.poll(sweep.slowBecause, PATIENT).toMatch(/^the archive is \d+ MB of WAL behind \(limit 16 MB; /);
  await sweep.release();

  const { status, lines } = await sweep.finished;
  expect(status).toBe("succeeded");
  expect(reasons).toContainEqual(expect.stringMatching(/^the archive is /));
  // Each sweep of the run has its own stretch, and says so twice.
  expect(linesOf(lines).filter((line) => line.startsWith("Slowing"))).toHaveLength(linesOf(lines).length / 2);
});

test("F70: a writer that waits for sessions of a batch slows the sweep down, and gets through", async () => {
  // Few enough for one batch.
  const database = await aHoneypot({ sessions: 100 });
  const before = await snapshotOf(database);
  withSettings({ ...UNPRESSED, TIDEMARK_WRITER_WAIT_MS: 100 });
  const sweep = await aRunInItsSweep(database);
  const writer = await database.client();

  const writing = writer.query(`update public.session_summaries set risk_score = risk_score where ${FIRST}`);
  await expect
    .poll(sweep.slowBecause, PATIENT)
    .toMatch(/^pid \d+ has waited \d+ ms for sessions of a batch \(limit 100 ms\)$/);
  await sweep.release();

  expect((await writing).rowCount).toBe(1);
  expect(await sweep.finished).toMatchObject({ status: "succeeded" });
  await expectInvariants(database, { before, finished: true });
});

test("F70: a vacuum that goes on for long is given room", async () => {
  const database = await aHoneypot({ sessions: 1_500 });
  withSettings({ ...UNPRESSED, TIDEMARK_VACUUM_MS: 100 });
  const sweep = await aRunInItsSweep(database);
  const janitor = await database.client();
  await janitor.query("set vacuum_cost_delay = 100; set vacuum_cost_limit = 1");

  const vacuum = janitor.query("vacuum public.session_summaries").catch((cause: { code?: string }) => cause.code);
  await expect
    .poll(sweep.slowBecause, PATIENT)
    .toMatch(/^a vacuum of session_summaries \(pid \d+\) has been at work for [\d.]+ s/);
  await database.query("select pg_cancel_backend(pid) from pg_stat_progress_vacuum where datname = current_database()");
  expect(await vacuum).toBe("57014");
  await sweep.release();

  expect(await sweep.finished).toMatchObject({ status: "succeeded" });
});
