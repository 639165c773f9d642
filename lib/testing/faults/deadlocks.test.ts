import { expect, test } from "vitest";
import { readDatabaseAddress } from "@/lib/db/client";
import { sqlstateOf } from "@/lib/db/database-error";
import { readPlan } from "@/lib/migration";
import { backendPid } from "@/lib/testing/backends";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { at, soakMs, withSettings } from "@/lib/testing/faults/reacting";
import { aHoneypot } from "@/lib/testing/honeypot";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { reset, run } from "@/lib/testing/running";

const sessions = Array.from({ length: 60 }, (_, index) => ({
  sessionId: `s${String(index).padStart(2, "0")}`,
  enrichment: { dshield: { ip: { number: `203.0.113.${index % 7}`, as: 64500 + (index % 2), ascountry: "SE" } } },
}));

const TOUCH = "update public.session_summaries set event_count = event_count + 1, updated_at = clock_timestamp()";

test("F19: a batch that PostgreSQL picks as the victim of a deadlock with ingest is tried again", async () => {
  const database = await aCowrieDatabase({ sessions });
  const before = await snapshotOf(database);
  const { name } = readDatabaseAddress(database.target.connectionString);
  await database.query(`alter database ${name} set deadlock_timeout = '2s'`);
  const ingest = await database.client();
  // Whoever looks first is the victim.
  await ingest.query("set deadlock_timeout = '1min'");
  withSettings({ TIDEMARK_LOCK_TIMEOUT_MS: 20_000 });
  const lockLast = at("Added source_ip", () => void ingest.query(`begin; ${TOUCH} where session_id = 's59'`));
  const lockOthers = at(`waiting for pid ${backendPid(ingest)}`, () =>
    ingest.query(`${TOUCH} where session_id <> 's59'; commit`),
  );

  const { status, lines } = await run(database.target, {
    onEvent: (event) => {
      lockLast(event);
      lockOthers(event);
    },
  });

  expect(status).toBe("succeeded");
  expect(lines).toContainEqual(expect.stringMatching(/^Pages 0 to \d+: .*\(40P01\); trying again in \d+ ms$/));
  expect(await database.query("select sum(event_count)::int as n from public.session_summaries")).toEqual([{ n: 60 }]);
  const ingested = { acknowledged: new Map(), errors: [], longestStallMs: 0 };
  await expectInvariants(database, { before, finished: true, ingest: ingested });
});

/** Touches those sessions in that order, in one transaction after the other; gives how many were committed. */
async function touchInOrder(database: TestDatabase, order: string[], until: AbortSignal): Promise<number> {
  const writer = await database.client();
  let committed = 0;
  while (!until.aborted) {
    try {
      await writer.query("begin");
      for (const id of order) await writer.query(`${TOUCH} where session_id = $1`, [id]);
      await writer.query("commit");
      committed += 1;
    } catch (cause) {
      if (sqlstateOf(cause) !== "40P01") throw cause;
      await writer.query("rollback");
    }
  }
  return committed;
}

test("F19: runs and resets get through between writers that lock the sessions in opposite orders", async () => {
  const durationMs = soakMs(8_000);
  const database = await aHoneypot({ sessions: 600 });
  const known = await database.query<{ id: string }>("select session_id as id from public.session_summaries limit 8");
  const ids = known.map(({ id }) => id);
  await database.query("update public.session_summaries set event_count = 0 where session_id = any($1)", [ids]);
  const { name } = readDatabaseAddress(database.target.connectionString);
  // The two writers meet all the time: soon found, soon over.
  await database.query(`alter database ${name} set deadlock_timeout = '50ms'`);
  const stop = new AbortController();
  const writing = [ids, ids.toReversed()].map((order) => touchInOrder(database, order, stop.signal));
  const startedAt = performance.now();

  const outcomes: unknown[] = [];
  while (performance.now() - startedAt < durationMs) {
    for (const once of [run, reset]) {
      const { status, error } = await once(database.target);
      outcomes.push({ status, error });
    }
  }
  stop.abort();
  const committed = (await Promise.all(writing)).reduce((sum, count) => sum + count, 0);

  expect(outcomes).toEqual(outcomes.map(() => ({ status: "succeeded", error: null })));
  expect(committed).toBeGreaterThan(0);
  expect(await run(database.target)).toMatchObject({ status: "succeeded" });
  expect(await readPlan(database.target)).toEqual({ steps: [] });
  expect(
    await database.query("select distinct event_count as n from public.session_summaries where session_id = any($1)", [
      ids,
    ]),
  ).toEqual([{ n: committed }]);
}, 400_000);
