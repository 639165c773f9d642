import { expect, onTestFinished, test, vi } from "vitest";
import type { RunEvent } from "@/lib/contract";
import { cancelRun, pauseRun, readPlan, readRun, resumeRun, setRunSpeed } from "@/lib/migration";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { run } from "@/lib/testing/running";

const sessions = Array.from({ length: 60 }, (_, index) => ({
  sessionId: `s${index}`,
  enrichment: { dshield: { ip: { number: `203.0.113.${index % 7}`, as: 64500 + (index % 2), ascountry: "SE" } } },
}));

/** For what comes soon, on a machine that does other things too. */
const PATIENT = { timeout: 20_000, interval: 20 };

/** Calls `react` with the run's id at the first log line that begins with `text`. */
function at(text: string, react: (runId: number) => unknown): (event: RunEvent) => void {
  let runId = 0;
  let isDone = false;
  return (event) => {
    if (event.type === "run-started") runId = event.runId;
    if (isDone || event.type !== "log" || !event.message.startsWith(text)) return;
    isDone = true;
    react(runId);
  };
}

const statusOf = (database: TestDatabase, runId: number) =>
  readRun(database.target, runId).then((detail) => detail?.status);

/** A run that waits for a lock in phase 1 and is paused there; `release` gives the lock free. */
async function pausedRun(database: TestDatabase) {
  const holder = await database.client();
  await holder.query("begin; lock table public.session_summaries in access share mode");
  vi.stubEnv("TIDEMARK_LOCK_TIMEOUT_MS", "200");
  onTestFinished(() => void vi.unstubAllEnvs());
  let known: (runId: number) => void = () => {};
  const started = new Promise<number>((resolve) => {
    known = resolve;
  });
  const finished = run(database.target, { onEvent: at("waiting for pid", (runId) => known(runId)) });
  const runId = await started;
  expect(await readRun(database.target, runId)).toMatchObject({
    waiting: { step: "add-columns:public.session_summaries", blockers: [{ application: "tidemark-test" }] },
  });
  await pauseRun(database.target, runId);
  await expect.poll(() => statusOf(database, runId), PATIENT).toBe("paused");
  return { runId, finished, release: () => holder.query("rollback") };
}

test("pauses between two pieces of work, keeps the lock, and goes on when resumed", async () => {
  const database = await aCowrieDatabase({ sessions });

  const { runId, finished, release } = await pausedRun(database);
  await release();
  await expect(run(database.target)).rejects.toMatchObject({ code: "active-run", activeRun: { status: "paused" } });
  await resumeRun(database.target, runId);

  expect(await finished).toMatchObject({ runId, status: "succeeded" });
  expect(await readPlan(database.target)).toEqual({ steps: [] });
});

test("a paused run can be cancelled; the next one is a new run that goes on from there", async () => {
  const database = await aCowrieDatabase({ sessions });

  const { runId, finished, release } = await pausedRun(database);
  await cancelRun(database.target, runId);
  await release();

  expect(await finished).toMatchObject({ status: "cancelled", error: null });
  expect(await statusOf(database, runId)).toBe("cancelled");
  const next = await run(database.target);
  expect(next).toMatchObject({ status: "succeeded" });
  expect(next.runId).not.toBe(runId);
});

test("F7: a paused run survives the loss of its idle connection and is still paused", async () => {
  const database = await aCowrieDatabase({ sessions });

  const { runId, finished, release } = await pausedRun(database);
  await release();
  await database.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tidemark run' and datname = current_database()",
  );
  await resumeRun(database.target, runId);

  expect(await finished).toMatchObject({ runId, status: "succeeded" });
});

test("a cancelled run lets the server cancel a statement that goes on", async () => {
  const database = await aCowrieDatabase({ sessions });
  const holder = await database.client();
  await holder.query("begin; lock table public.session_summaries in access share mode");
  vi.stubEnv("TIDEMARK_LOCK_TIMEOUT_MS", "30000");
  onTestFinished(() => void vi.unstubAllEnvs());

  const finished = run(database.target, {
    onEvent: at("Phase 1", (runId) => void cancelRun(database.target, runId)),
  });

  expect(await finished).toMatchObject({ status: "cancelled" });
  await holder.query("rollback");
});

test("pauses by itself at the end of the maintenance window", async () => {
  const database = await aCowrieDatabase({ sessions });
  let runId = 0;
  const finished = run(database.target, {
    until: new Date(Date.now() - 1_000).toISOString(),
    onEvent: (event) => {
      if (event.type === "run-started") runId = event.runId;
    },
  });

  await expect.poll(() => statusOf(database, runId), PATIENT).toBe("paused");
  expect((await readRun(database.target, runId))?.until).not.toBeNull();
  await resumeRun(database.target, runId);
  expect((await readRun(database.target, runId))?.until).toBeNull();

  expect(await finished).toMatchObject({ status: "succeeded" });
});

test("keeps the speed asked for, and refuses to steer a run that has ended", async () => {
  const database = await aCowrieDatabase({ sessions });
  const { runId } = await run(database.target, { speed: "gentle" });

  expect(await readRun(database.target, runId)).toMatchObject({ speed: "gentle", status: "succeeded" });
  for (const steer of [pauseRun, resumeRun, cancelRun]) {
    await expect(steer(database.target, runId)).rejects.toMatchObject({ code: "not-eligible" });
  }
  await expect(setRunSpeed(database.target, runId, "fast")).rejects.toMatchObject({ code: "not-eligible" });
});

test("a step that others keep from its lock names them, and gives up after a bounded time with nothing half done", async () => {
  const database = await aCowrieDatabase({ sessions });
  const holder = await database.client();
  await holder.query("set application_name = 'reporting'");
  await holder.query("begin; lock table public.session_summaries in access share mode; select 'secret-row' as value");
  vi.stubEnv("TIDEMARK_LOCK_TIMEOUT_MS", "300");
  vi.stubEnv("TIDEMARK_LOCK_PATIENCE_MS", "1500");
  onTestFinished(() => void vi.unstubAllEnvs());

  const { status, error, lines, runId } = await run(database.target);

  expect(status).toBe("failed");
  expect(error).toMatchObject({
    sqlstate: "55P03",
    message: expect.stringMatching(
      /given up after \d+ s, waiting for pid \d+ \(user .*application reporting, idle in transaction, since/,
    ),
  });
  expect(lines.filter((line) => line.startsWith("waiting for pid"))).toHaveLength(1);
  expect(lines.join()).not.toContain("secret-row");
  expect(await readRun(database.target, runId)).toMatchObject({ waiting: null });
  await holder.query("rollback");
  expect(await run(database.target)).toMatchObject({ status: "succeeded" });
});
