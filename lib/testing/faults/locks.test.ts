import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { readRun } from "@/lib/migration";
import { backendPid } from "@/lib/testing/backends";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { at, withSettings } from "@/lib/testing/faults/reacting";
import { aHoneypot } from "@/lib/testing/honeypot";
import { startIngest } from "@/lib/testing/ingest";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { holdLock } from "@/lib/testing/lock-holder";
import { run } from "@/lib/testing/running";

const sessions = Array.from({ length: 60 }, (_, index) => ({
  sessionId: `s${String(index).padStart(2, "0")}`,
  enrichment: { dshield: { ip: { number: `203.0.113.${index % 7}`, as: 64500 + (index % 2), ascountry: "SE" } } },
}));

/** How much longer than it should anything may take on a busy machine, in milliseconds. */
const MARGIN_MS = 1_000;

/** Reads one session again and again until it is stopped; gives the longest time that a read took, in milliseconds. */
function startReading(database: TestDatabase): { stop(): Promise<number> } {
  let isStopping = false;
  let longestMs = 0;
  async function read(): Promise<void> {
    const reader = await database.client();
    while (!isStopping) {
      const startedAt = performance.now();
      await reader.query("select session_id from public.session_summaries limit 1");
      longestMs = Math.max(longestMs, performance.now() - startedAt);
      await wait(10);
    }
  }
  const reading = read();
  return {
    async stop() {
      isStopping = true;
      await reading;
      return longestMs;
    },
  };
}

test("F13: a table held for a short time is waited for in small tries, and ingest writes on meanwhile", async () => {
  const database = await aHoneypot({ sessions: 300 });
  const before = await snapshotOf(database);
  withSettings({ TIDEMARK_LOCK_TIMEOUT_MS: 200 });
  const ingest = await startIngest(database, { rate: 100 });
  const holder = await holdLock(database, "lock table session_summaries in access share mode");
  const heldSince = performance.now();
  let heldMs = 0;

  const { status, lines } = await run(database.target, {
    onEvent: (event) => {
      if (event.type !== "log" || !event.message.includes("trying again in") || heldMs > 0) return;
      if (performance.now() - heldSince < 2_500) return;
      heldMs = performance.now() - heldSince;
      void holder.release();
    },
  });

  expect(status).toBe("succeeded");
  expect(lines).toContainEqual(
    expect.stringMatching(`^waiting for pid ${holder.pid} \\(user .*, application .*, since `),
  );
  const written = await ingest.stop();
  expect(written.errors).toEqual([]);
  expect(written.longestStallMs).toBeLessThan(Math.min(200 + MARGIN_MS, heldMs));
  await expectInvariants(database, { before, finished: true, ingest: written, lockTimeoutMs: 200 });
});

test.each([
  ["new columns wait for a reader", "Phase 1", "lock table session_summaries in access share mode"],
  ["a new check waits for a reader", "Phase 4", "lock table session_summaries in access share mode"],
  ["a new foreign key waits for a writer", "Phase 5", "lock table session_summaries in row exclusive mode"],
  ["the version waits for whoever holds its row", "Verdict", "select value from schema_state for update"],
])("F14: %s for ever: the run fails naming it, and the next one ends the work", async (_what, when, lock) => {
  const database = await aCowrieDatabase({ sessions });
  const before = await snapshotOf(database);
  const client = await database.client();
  await client.query("set search_path = public; set application_name = 'reporting'");
  withSettings({ TIDEMARK_LOCK_TIMEOUT_MS: 200, TIDEMARK_LOCK_PATIENCE_MS: 800 });

  const { status, error } = await run(database.target, {
    onEvent: at(when, () => void client.query(`begin; ${lock}`)),
  });

  expect({ status, sqlstate: error?.sqlstate }).toEqual({ status: "failed", sqlstate: "55P03" });
  expect(error?.message).toMatch(/waiting for pid \d+ \(user .*, application reporting, idle in transaction/);
  await expectInvariants(database, { before, finished: false });
  await client.query("rollback");
  expect(await run(database.target)).toMatchObject({ status: "succeeded" });
  await expectInvariants(database, { before, finished: true });
});

test("F14: a session that somebody holds for ever is left open, and what can be swept is", async () => {
  const database = await aCowrieDatabase({ sessions });
  const before = await snapshotOf(database);
  const client = await database.client();
  withSettings({ TIDEMARK_LOCK_TIMEOUT_MS: 200, TIDEMARK_LOCK_PATIENCE_MS: 800 });
  const lock = "begin; select from public.session_summaries where session_id = 's59' for update";

  const { status, lines } = await run(database.target, {
    onEvent: at("Added source_ip", () => void client.query(lock)),
  });

  expect(lines).toContainEqual(expect.stringContaining(`waiting for pid ${backendPid(client)}`));
  expect(lines).toContain("59 sessions swept");
  // The check of phase 4 needs a lock on the whole table.
  expect(status).toBe("failed");
  await client.query("rollback");
  expect(await run(database.target)).toMatchObject({ status: "succeeded" });
  await expectInvariants(database, { before, finished: true });
});

test("F15: readers do not queue up behind a statement that waits for a long reader", async () => {
  const database = await aCowrieDatabase({ sessions });
  const holder = await holdLock(database, "select count(*) from session_summaries");
  withSettings({ TIDEMARK_LOCK_TIMEOUT_MS: 200, TIDEMARK_LOCK_PATIENCE_MS: 2_500 });
  const reading = startReading(database);

  const { status, lines } = await run(database.target);

  const longestMs = await reading.stop();
  await holder.release();
  expect(status).toBe("failed");
  expect(lines.filter((line) => line.includes("trying again in")).length).toBeGreaterThan(2);
  expect(longestMs).toBeLessThan(200 + MARGIN_MS);
});

test("F75: a backup that begins during a run is waited for, visibly, and stays consistent", async () => {
  const database = await aCowrieDatabase({ sessions });
  const before = await snapshotOf(database);
  const backup = await database.client();
  await backup.query("set search_path = public; set application_name = 'pg_dump'");
  const count = async () => (await backup.query("select count(*), min(session_id) from session_summaries")).rows;
  let dumped: Promise<unknown> = Promise.resolve();
  let waiting: unknown = null;
  const seeWaiting = at("application pg_dump", async (runId) => {
    waiting = (await readRun(database.target, runId))?.waiting;
    dumped = count();
    await dumped;
    await backup.query("commit");
  });
  const begin = at("Phase 2", async () => {
    await backup.query("begin isolation level repeatable read read only");
    await backup.query("lock table session_summaries, raw_events, schema_state in access share mode");
    await count();
  });

  const { status } = await run(database.target, {
    onEvent: (event) => {
      begin(event);
      seeWaiting(event);
    },
  });

  expect(status).toBe("succeeded");
  expect(waiting).toMatchObject({ blockers: [{ application: "pg_dump" }] });
  expect(await dumped).toEqual([{ count: 60, min: "s00" }]);
  await expectInvariants(database, { before, finished: true });
});
