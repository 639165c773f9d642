import { expect, test } from "vitest";
import {
  followRun,
  readLogLines,
  readPlan,
  readRun,
  readRuns,
  readStatus,
  resumeRun,
  runWorker,
  startRun,
} from "@/lib/migration";
import { tryRunLock } from "@/lib/migration/run/lock";
import type { RefusalError } from "@/lib/refusal";
import { aCowrieDatabase, type TestDatabase, type TestSession } from "@/lib/testing/database";
import { run } from "@/lib/testing/running";

const sessions: TestSession[] = Array.from({ length: 3_000 }, (_, index) => ({
  sessionId: `s${index}`,
  enrichment: { dshield: { ip: { number: `203.0.113.${index % 200}`, as: 64500 + (index % 9) } } },
}));

/** A worker of this process, stopped when `work` ends. */
async function withWorker<T>(database: TestDatabase, work: () => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const worker = runWorker(database.target, { signal: stop.signal });
  try {
    return await work();
  } finally {
    stop.abort();
    await worker;
  }
}

/** Follows a run until its end and gives its log messages. */
async function linesUntilEnd(database: TestDatabase, runId: number): Promise<string[]> {
  const lines: string[] = [];
  const signal = AbortSignal.timeout(60_000);
  for await (const item of followRun(database.target, runId, { afterSeq: 0, signal })) {
    if (item.type === "log") lines.push(item.message);
  }
  signal.throwIfAborted();
  return lines;
}

test("a worker executes a queued run while others follow its log", async () => {
  const database = await aCowrieDatabase({ sessions: sessions.slice(0, 50) });
  const { runId } = await startRun(database.target, { kind: "migrate", startedBy: "web" });
  expect(await readStatus(database.target)).toMatchObject({
    activeRun: { id: runId, status: "queued", startedBy: "web" },
  });

  const lines = await withWorker(database, () => linesUntilEnd(database, runId));

  expect(lines).toContain("Phase 5: Adding foreign key constraints...");
  const detail = await readRun(database.target, runId);
  expect(detail).toMatchObject({ status: "succeeded", error: null, lastSeq: lines.length });
  expect(detail?.phases.map((phase) => phase.state)).toEqual(Array(5).fill("complete"));
  expect((await readLogLines(database.target, runId, { afterSeq: 0 })).map((line) => line.seq)).toEqual(
    lines.map((_, index) => index + 1),
  );
});

test("a worker makes the console's tables on an eligible database, and writes nothing to another", async () => {
  const eligible = await aCowrieDatabase();
  const other = await aCowrieDatabase();
  await other.query("update public.schema_state set value = '14'");
  const isMade = (database: TestDatabase) =>
    database.query("select to_regclass('tidemark.runs') is not null as made").then(([row]) => row);

  await withWorker(other, () =>
    withWorker(eligible, () => expect.poll(() => isMade(eligible), { timeout: 30_000 }).toEqual({ made: true })),
  );

  expect(await isMade(other)).toEqual({ made: false });
});

test("of twenty starts at once one wins, and the others learn which", async () => {
  const database = await aCowrieDatabase();
  await run(database.target);

  const starts = await Promise.allSettled(
    Array.from({ length: 20 }, () => startRun(database.target, { kind: "migrate", startedBy: "web" })),
  );

  const started = starts.filter((start) => start.status === "fulfilled");
  expect(started).toHaveLength(1);
  const refusals = starts.flatMap((start) => (start.status === "rejected" ? [start.reason as RefusalError] : []));
  const winner = started[0]?.status === "fulfilled" ? started[0].value.runId : null;
  expect(new Set(refusals.map((refusal) => refusal.code))).toEqual(new Set(["active-run"]));
  expect(new Set(refusals.map((refusal) => refusal.activeRun?.id))).toEqual(new Set([winner]));
});

test("a run whose process was lost shows as interrupted and is resumed under the same id to the same end", async () => {
  const database = await aCowrieDatabase({ sessions });
  const stop = new AbortController();
  const broken = await run(database.target, {
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === "log" && event.message.startsWith("Phase 3")) stop.abort();
    },
  });
  // What a killed process leaves behind: a row that says running, no sign of life, and nobody who holds the lock.
  await database.query(
    `update tidemark.runs set status = 'running', cause = null, finished_at = null,
       heartbeat_at = clock_timestamp() - interval '1 minute'`,
  );

  const lost = await readRun(database.target, broken.runId);
  expect(lost).toMatchObject({ status: "interrupted", cause: "lost" });
  // It is noticed now; it ended with its last sign of life.
  expect(Date.now() - Date.parse(lost?.finishedAt ?? "")).toBeGreaterThan(59_000);
  expect((await readStatus(database.target)).activeRun).toBeNull();

  await resumeRun(database.target, broken.runId);
  const lines = await withWorker(database, () => linesUntilEnd(database, broken.runId));

  expect(lines).toContain("Resumed: going on from what the database shows");
  expect(await readRun(database.target, broken.runId)).toMatchObject({ status: "succeeded" });
  expect(await readPlan(database.target)).toEqual({ steps: [] });
  expect(await database.query("select sum(session_count)::int as n from public.ip_inventory")).toEqual([
    { n: sessions.length },
  ]);
});

test("a run whose connection is lost connects again and goes on under the same id and epoch", async () => {
  const database = await aCowrieDatabase({ sessions });
  let isKilled = false;

  const { status, runId, lines } = await run(database.target, {
    onEvent: (event) => {
      if (isKilled || event.type !== "log" || !event.message.startsWith("Phase 3")) return;
      isKilled = true;
      void killRun(database);
    },
  });

  expect(status).toBe("succeeded");
  expect(lines.filter((line) => line.startsWith("Connection lost"))).toHaveLength(1);
  expect(await database.query("select id, epoch, status from tidemark.runs")).toEqual([
    { id: runId, epoch: 1, status: "succeeded" },
  ]);
  expect(await readPlan(database.target)).toEqual({ steps: [] });
});

test("a run whose connection is lost again and again is interrupted", async () => {
  const database = await aCowrieDatabase({ sessions });

  const { status, runId } = await run(database.target, {
    onEvent: (event) => {
      if (event.type === "log" && event.message.startsWith("Phase 1")) void killRun(database);
    },
  });

  expect(status).toBe("interrupted");
  expect(await readRun(database.target, runId)).toMatchObject({ status: "interrupted", cause: "lost" });
});

async function killRun(database: TestDatabase): Promise<void> {
  await database.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tidemark run' and datname = current_database()",
  );
}

test("asked to stop, a run ends between two batches and the next migrate goes on with it", async () => {
  const database = await aCowrieDatabase({ sessions });
  const stop = new AbortController();

  const first = await run(database.target, {
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === "log" && event.message.startsWith("Populating source_ip")) stop.abort();
    },
  });

  expect(first.status).toBe("interrupted");
  expect(first.events.at(-1)).toMatchObject({ type: "run-finished", status: "interrupted" });
  expect(await readRun(database.target, first.runId)).toMatchObject({ status: "interrupted", cause: "shutdown" });
  const second = await run(database.target);
  expect(second).toMatchObject({ runId: first.runId, status: "succeeded" });
  expect(second.events[0]).toEqual({ type: "run-started", runId: first.runId, kind: "migrate", resumed: true });
});

test("a second process is refused while the run lock is held", async () => {
  const database = await aCowrieDatabase();
  await run(database.target);
  expect(await tryRunLock(await database.client())).toBe(true);

  await expect(run(database.target)).rejects.toMatchObject({ code: "active-run", exitCode: 3 });
  expect(await readRuns(database.target)).toHaveLength(1);
});

test("an earlier holder of a run commits nothing after it was taken over", async () => {
  const database = await aCowrieDatabase({ sessions });
  const zombie = await run(database.target, {
    onEvent: (event) => {
      if (event.type === "log" && event.message.startsWith("Populating source_ip")) {
        void database.query("update tidemark.runs set epoch = epoch + 1");
      }
    },
  });

  expect(zombie.status).toBe("interrupted");
  const [row] = await database.query("select status, epoch from tidemark.runs");
  expect(row).toEqual({ status: "running", epoch: 2 });
});
