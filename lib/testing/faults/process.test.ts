import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { pauseRun, readRun, readRuns, readStatus, resumeRun } from "@/lib/migration";
import { runLockHolder } from "@/lib/testing/backends";
import type { TestDatabase } from "@/lib/testing/database";
import { environmentOf, migrateAgain, runUntilKilled } from "@/lib/testing/failpoint-runs";
import { at, withSettings } from "@/lib/testing/faults/reacting";
import { resumed } from "@/lib/testing/faults/resumed";
import { aHoneypot } from "@/lib/testing/honeypot";
import { startIngest } from "@/lib/testing/ingest";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { holdLock, type LockHolder } from "@/lib/testing/lock-holder";
import { run } from "@/lib/testing/running";
import { aServer } from "@/lib/testing/servers";
import { aProxy } from "@/lib/testing/tcp-proxy";
import { executeTidemark, startTidemark } from "@/lib/testing/tidemark-command";

const isSoak = process.env.TIDEMARK_SOAK === "1";

/** For what comes soon, on a machine that does other things too. */
const PATIENT = { timeout: 30_000, interval: 20 };

/** Sessions that are swept, with the transaction that last wrote each. */
function readSwept(database: TestDatabase): Promise<{ id: string; xmin: string }[]> {
  return database.query(
    "select session_id as id, xmin::text from public.session_summaries where enrichment_at is not null order by 1",
  );
}

/** Keeps one session from the sweep: its batch waits until the lock is released. */
function holdSession(database: TestDatabase): Promise<LockHolder> {
  return holdLock(
    database,
    `update session_summaries set risk_score = risk_score
     where session_id = (select session_id from session_summaries order by ctid limit 1)`,
  );
}

/** Resolves once a statement of the run waits for a lock. */
function untilWaiting(database: TestDatabase): Promise<unknown> {
  const sql = `select from pg_stat_activity
    where datname = current_database() and application_name = 'tidemark run' and wait_event_type = 'Lock'`;
  return vi.waitFor(async () => expect(await database.query(sql)).toHaveLength(1), PATIENT);
}

test("F1: a run killed in mid-batch is shown as interrupted, and goes on behind the last committed batch", async () => {
  const database = await aHoneypot();
  const before = await snapshotOf(database);
  const dead = await runUntilKilled(database.target, "batch-open@3");
  expect(dead, dead.stderr).toMatchObject({ isKilled: true });
  const swept = await readSwept(database);
  expect(swept.length).toBeGreaterThan(0);
  expect(swept.length).toBeLessThan(before.digests.size);

  await expect.poll(() => readRuns(database.target), PATIENT).toMatchObject([{ id: 1, status: "interrupted" }]);
  expect((await readRun(database.target, 1))?.cause).toBe("lost");
  await expectInvariants(database, { before, finished: false, said: [dead.stdout, dead.stderr] });

  const { runId, status, lines } = await resumed(database.target);
  expect({ runId, status }).toEqual({ runId: 1, status: "succeeded" });
  expect(lines).toContain("Resumed: going on from what the database shows");
  const now = new Map((await readSwept(database)).map(({ id, xmin }) => [id, xmin]));
  expect(swept.filter(({ id, xmin }) => now.get(id) !== xmin)).toEqual([]);
  await expectInvariants(database, { before, finished: true });
});

test("F1: a backend that outlives its killed process keeps the lock only until PostgreSQL notices", async () => {
  const database = await aHoneypot({ sessions: 400 });
  const before = await snapshotOf(database);
  const holder = await holdSession(database);
  const victim = startTidemark(["migrate", "--json"], {
    ...environmentOf(database.target),
    TIDEMARK_LOCK_TIMEOUT_MS: "60000",
  });
  await untilWaiting(database);
  const orphan = await runLockHolder(database);

  victim.process.kill("SIGKILL");
  await victim.finished;
  // It waits for a lock, and for nobody any more.
  expect(await runLockHolder(database)).toBe(orphan);
  await expect.poll(() => runLockHolder(database), PATIENT).toBeNull();
  await holder.release();

  expect(await resumed(database.target)).toMatchObject({ runId: 1, status: "succeeded" });
  await expectInvariants(database, { before, finished: true });
});

test("F2: a run killed right after a commit counts nothing twice", async () => {
  const database = await aHoneypot();
  const before = await snapshotOf(database);
  for (const place of ["batch-done@2", "transaction-done@3"] as const) {
    expect(await runUntilKilled(database.target, place)).toMatchObject({ isKilled: true });
  }

  expect(await migrateAgain(database.target)).toMatchObject({ exitCode: 0 });

  const [sums] = await database.query<{ counted: number; sessions: number }>(
    `select (select sum(session_count) from public.ip_inventory)::int as counted,
            (select count(source_ip) from public.session_summaries)::int as sessions`,
  );
  expect(sums?.counted).toBe(sums?.sessions);
  await expectInvariants(database, { before, finished: true });
});

test("F4: a connection that is reset in mid-batch is opened again, and the batch is done again", async () => {
  const database = await aHoneypot();
  const before = await snapshotOf(database);
  const proxy = await aProxy(database.target);
  withSettings({ TIDEMARK_LOCK_TIMEOUT_MS: 20_000 });
  const holder = await holdSession(database);

  const running = run(proxy.target);
  await untilWaiting(database);
  proxy.cut();
  await holder.release();

  const { runId, status, lines } = await running;
  expect({ runId, status }).toEqual({ runId: 1, status: "succeeded" });
  expect(lines.filter((line) => /^Connection lost .*connected again after/.test(line))).not.toEqual([]);
  expect(await readRuns(database.target)).toHaveLength(1);
  await expectInvariants(database, { before, finished: true, said: lines });
});

test.each(isSoak ? Array.from({ length: 60 }, (_, index) => 2_000 + index * 1_500) : [6_000, 30_000, 60_000])(
  "F4: a connection that is reset after %i bytes is opened again",
  async (bytes) => {
    const database = await aHoneypot({ sessions: 400 });
    const before = await snapshotOf(database);
    const proxy = await aProxy(database.target);
    const onEvent = at("Phase 1", () => void proxy.cutAfterBytes(bytes));

    const { runId, status, error, lines } = await run(proxy.target, { onEvent });

    expect({ runId, status, error }).toEqual({ runId: 1, status: "succeeded", error: null });
    await expectInvariants(database, { before, finished: true, said: lines });
  },
);

test("F5: a run whose network swallows everything notices it by itself, and goes on when it is back", async () => {
  const database = await aHoneypot({ sessions: 400 });
  const before = await snapshotOf(database);
  const proxy = await aProxy(database.target);
  withSettings({ TIDEMARK_SILENCE_MS: 1_000 });
  let takenBefore = Number.POSITIVE_INFINITY;

  const running = run(proxy.target, {
    onEvent: at("Populating source_ip", () => {
      proxy.blackHole();
      takenBefore = proxy.taken();
    }),
  });
  await vi.waitFor(() => expect(proxy.taken()).toBeGreaterThan(takenBefore), PATIENT);
  proxy.restore();

  expect(await running).toMatchObject({ runId: 1, status: "succeeded", error: null });
  await expectInvariants(database, { before, finished: true });
});

test("F5: a run whose network never comes back ends as interrupted within a bounded time", {
  timeout: 120_000,
}, async () => {
  const database = await aHoneypot({ sessions: 400 });
  const before = await snapshotOf(database);
  const proxy = await aProxy(database.target);
  withSettings({ TIDEMARK_SILENCE_MS: 500, TIDEMARK_RECONNECT_MS: 500 });

  let lostAt = 0;

  const { status, error } = await run(proxy.target, {
    onEvent: at("Populating source_ip", () => {
      lostAt = performance.now();
      proxy.blackHole();
    }),
  });

  expect(performance.now() - lostAt).toBeLessThan(45_000);
  expect({ status, error }).toMatchObject({
    status: "interrupted",
    error: { remedy: expect.stringMatching(/resume/i) },
  });
  proxy.restore();
  expect(await resumed(database.target)).toMatchObject({ runId: 1, status: "succeeded" });
  await expectInvariants(database, { before, finished: true });
});

test.each([
  ["a batch", "Populating source_ip"],
  ["a table", "Phase 3"],
  ["a foreign key", "Phase 5"],
  ["the version", "Ledger equal"],
])("F6: a commit of %s whose acknowledgement is lost is looked up, not assumed", async (_what, line) => {
  const database = await aHoneypot({ sessions: 400 });
  const before = await snapshotOf(database);
  const proxy = await aProxy(database.target);
  let cut = Promise.resolve();

  const { runId, status, error } = await run(proxy.target, {
    onEvent: at(line, () => {
      cut = proxy.cutWhenClientSends(/^Q.{4}commit\0/s);
    }),
  });

  await cut;
  expect({ runId, status, error }).toEqual({ runId: 1, status: "succeeded", error: null });
  await expectInvariants(database, { before, finished: true });
});

test("F7: a paused run whose idle connection is ended takes its lock again and stays paused", async () => {
  const database = await aHoneypot({ sessions: 400 });
  const before = await snapshotOf(database);
  const running = run(database.target, { onEvent: at("Phase 2", (runId) => pauseRun(database.target, runId)) });
  await expect.poll(() => readRuns(database.target), PATIENT).toMatchObject([{ status: "paused" }]);
  const killed = await runLockHolder(database);

  await database.query("select pg_terminate_backend($1)", [killed]);

  await expect
    .poll(() => runLockHolder(database), PATIENT)
    .toSatisfy((pid: number | null) => pid !== null && pid !== killed);
  await expect.poll(() => readRuns(database.target), PATIENT).toMatchObject([{ status: "paused" }]);
  await resumeRun(database.target, 1);
  expect(await running).toMatchObject({ runId: 1, status: "succeeded" });
  await expectInvariants(database, { before, finished: true });
});

test.each(["Populating source_ip", "Create idx_ip_geo_country", "Phase 5"])(
  "F8: a server that crashes and recovers at %s is waited for, and ingest loses nothing",
  async (line) => {
    const server = await aServer();
    const database = await aHoneypot({ serverUrl: server.url });
    const before = await snapshotOf(database);
    const writer = await startIngest(database);
    let crashed = Promise.resolve();

    const { runId, status, error } = await run(database.target, {
      onEvent: at(line, () => {
        crashed = server.crash();
      }),
    });

    await crashed;
    const ingest = await writer.stop();
    expect({ runId, status, error }).toEqual({ runId: 1, status: "succeeded", error: null });
    await expectInvariants(database, { before, finished: true, ingest });
  },
);

/** The same database for a role of its own that owns everything in it; dropped with the test. */
async function ownedByRole(database: TestDatabase): Promise<TestDatabase & { role: string }> {
  const role = `owner_${randomBytes(4).toString("hex")}`;
  const password = `canary-${randomBytes(8).toString("hex")}`;
  await database.query(`create role ${role} login password '${password}'`);
  onTestFinished(async () => {
    await database.query(`reassign owned by ${role} to current_user; drop owned by ${role}; drop role ${role}`);
  });
  const name = new URL(database.target.connectionString).pathname.slice(1);
  await database.query(`grant create, connect on database ${name} to ${role}; alter schema public owner to ${role}`);
  for (const table of ["session_summaries", "raw_events", "schema_state"]) {
    await database.query(`alter table public.${table} owner to ${role}`);
  }
  const url = new URL(database.target.connectionString);
  url.username = role;
  url.password = password;
  return { ...database, role, target: { ...database.target, connectionString: url.href } };
}

test("F10: no connection left for the role is a refusal that says so", async () => {
  const database = await ownedByRole(await aHoneypot({ sessions: 400 }));
  await database.query(`alter role ${database.role} connection limit 0`);

  const { exitCode, stdout, stderr } = await executeTidemark(["migrate", "--json"], environmentOf(database.target));

  expect(exitCode).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: "unreachable", message: expect.stringContaining("53300"), remedy: expect.stringMatching(/limit/) },
  });
  expect(stdout + stderr).not.toContain(new URL(database.target.connectionString).password);
});

test("F10: a run that finds no connection left when it comes back waits for one", async () => {
  const database = await ownedByRole(await aHoneypot({ sessions: 400 }));
  const before = await snapshotOf(database);
  const proxy = await aProxy(database.target);
  let takenBefore = Number.POSITIVE_INFINITY;

  const running = run(proxy.target, {
    onEvent: at("Phase 3", async () => {
      await database.query(`alter role ${database.role} connection limit 0`);
      takenBefore = proxy.taken();
      proxy.cut();
    }),
  });
  await vi.waitFor(() => expect(proxy.taken()).toBeGreaterThan(takenBefore), PATIENT);
  await database.query(`alter role ${database.role} connection limit -1`);

  expect(await running).toMatchObject({ runId: 1, status: "succeeded", error: null });
  await expectInvariants(database, { before, finished: true });
});

test("F12: the memory of a run does not grow with the sessions", {
  timeout: isSoak ? 3_600_000 : 120_000,
}, async () => {
  const sessions = isSoak ? 1_682_827 : 8_000;
  const database = await aHoneypot({ sessions, addresses: Math.ceil(sessions / 40) });
  const tidemark = startTidemark(["migrate", "--json"], {
    ...environmentOf(database.target),
    NODE_OPTIONS: "--max-old-space-size=128",
  });
  let peakMb = 0;
  tidemark.process.stdout?.on("data", () => {
    peakMb = Math.max(peakMb, readPeakMemoryMb(tidemark.process.pid ?? 0));
  });

  const { exitCode, stderr } = await tidemark.finished;

  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  expect(await readStatus(database.target)).toMatchObject({ verdict: "migrated" });
  expect(peakMb).toBeGreaterThan(0);
  expect(peakMb).toBeLessThan(300);
});

/** The most that a process has had in memory, in megabytes; 0 once it is gone, or where the system does not say. */
function readPeakMemoryMb(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
