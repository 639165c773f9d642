import { expect, test } from "vitest";
import { readDatabaseAddress } from "@/lib/db/client";
import { pauseRun, readRun, resumeRun } from "@/lib/migration";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { runUntilStopped } from "@/lib/testing/failpoint-runs";
import { at } from "@/lib/testing/faults/reacting";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { holdLock } from "@/lib/testing/lock-holder";
import { run } from "@/lib/testing/running";

const sessions = Array.from({ length: 60 }, (_, index) => ({
  sessionId: `s${index}`,
  enrichment: { dshield: { ip: { number: `203.0.113.${index % 7}`, as: 64500 + (index % 2), ascountry: "SE" } } },
}));

/** Every session that is opened from now on gets this limit, as a role or database may be set up to. */
async function limitSessions(database: TestDatabase, setting: string): Promise<void> {
  const { name } = readDatabaseAddress(database.target.connectionString);
  await database.query(`alter database ${name} set ${setting} = '500ms'`);
}

/** Lets twice that limit pass on the server's clock. */
const outlast = (database: TestDatabase) => database.query("select pg_sleep(1)");

test("F21: a limit on idle transactions does not end a process that was frozen for a moment in its batch", async () => {
  const database = await aCowrieDatabase({ sessions });
  const before = await snapshotOf(database);
  await limitSessions(database, "idle_in_transaction_session_timeout");
  const frozen = await runUntilStopped(database.target, "batch-open");
  await outlast(database);

  frozen.process.kill("SIGCONT");

  const { exitCode, stdout } = await frozen.finished;
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain("Connection lost");
  await expectInvariants(database, { before, finished: true });
});

test("F21: a limit on idle sessions does not end a paused run", async () => {
  const database = await aCowrieDatabase({ sessions });
  const before = await snapshotOf(database);
  await limitSessions(database, "idle_session_timeout");
  let runId = 0;
  const running = run(database.target, {
    onEvent: at("Phase 1", (id) => {
      runId = id;
      void pauseRun(database.target, id);
    }),
  });
  const status = async () => (await readRun(database.target, runId).catch(() => null))?.status;
  await expect.poll(status, { timeout: 20_000 }).toBe("paused");
  await outlast(database);

  await resumeRun(database.target, runId);

  expect(await running).toMatchObject({ runId, status: "succeeded" });
  await expectInvariants(database, { before, finished: true });
});

test("F21: a limit on transactions does not end a concurrent build that waits longer", async ({ skip }) => {
  const database = await aCowrieDatabase({ sessions });
  const known = await database.query("select from pg_settings where name = 'transaction_timeout'");
  if (known.length === 0) return skip("this PostgreSQL has no transaction_timeout");
  const before = await snapshotOf(database);
  const old = await holdLock(database, "select from schema_state", { begin: "begin isolation level repeatable read" });
  await limitSessions(database, "transaction_timeout");

  let released: Promise<void> | null = null;

  const { status, error } = await run(database.target, {
    onEvent: at(`waiting for pid ${old.pid}`, () => {
      released = outlast(database).then(() => old.release());
    }),
  });

  await released;
  expect({ status, error }).toEqual({ status: "succeeded", error: null });
  await expectInvariants(database, { before, finished: true });
});
