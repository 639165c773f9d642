import { expect, onTestFinished, test, vi } from "vitest";
import { closePools } from "@/lib/db/pool";
import { readRuns, runWorker } from "@/lib/migration";
import { openSchedule } from "@/lib/migration/run/schedule";
import { aCowrieDatabase, type TestDatabase, type TestSession } from "@/lib/testing/database";
import { run } from "@/lib/testing/running";

const HOUR_MS = 3_600_000;

const session = (sessionId: string): TestSession => ({
  sessionId,
  enrichment: { dshield: { ip: { number: "203.0.113.7", as: 64500 } } },
});

async function aMigratedDatabase(): Promise<TestDatabase> {
  onTestFinished(closePools);
  const database = await aCowrieDatabase({ sessions: [session("s1")] });
  await run(database.target);
  return database;
}

/** As if so many hours had gone by since every run. */
const age = (database: TestDatabase, hours: number) =>
  database.query(
    "update tidemark.runs set started_at = started_at - $1 * interval '1 hour', finished_at = finished_at - $1 * interval '1 hour'",
    [hours],
  );

test("of two workers one begins the catch-up that is due, and one executes it", async () => {
  const database = await aMigratedDatabase();
  await age(database, 2);
  await database.query("insert into public.session_summaries (session_id, enrichment) values ('s2', $1)", [
    JSON.stringify(session("s2").enrichment),
  ]);
  vi.stubEnv("TIDEMARK_CATCH_UP_EVERY", "1h");
  onTestFinished(() => void vi.unstubAllEnvs());
  const stop = new AbortController();
  const workers = [1, 2].map(() => runWorker(database.target, { signal: stop.signal }));

  await expect
    .poll(() => readRuns(database.target), { timeout: 30_000 })
    .toMatchObject([{ id: 2, kind: "catch-up", status: "succeeded", startedBy: "schedule" }, { id: 1 }]);
  stop.abort();
  await Promise.all(workers);

  expect(
    await database.query("select count(*)::int as open from public.session_summaries where enrichment_at is null"),
  ).toEqual([{ open: 0 }]);
  expect(await readRuns(database.target)).toHaveLength(2);
});

test("nothing is begun before the interval is over, nor a second time", async () => {
  const database = await aMigratedDatabase();
  await openSchedule(database.target, HOUR_MS).beginIfDue();
  expect(await readRuns(database.target)).toHaveLength(1);
  await age(database, 2);
  for (let looks = 0; looks < 3; looks += 1) await openSchedule(database.target, HOUR_MS).beginIfDue();
  expect(await readRuns(database.target)).toMatchObject([{ id: 2, status: "queued" }, { id: 1 }]);
});

test.each<[what: string, sql: string]>([
  ["a database at v15", "update public.schema_state set value = '15'"],
  ["a migration that was cancelled", "update tidemark.runs set status = 'cancelled'"],
  ["a migration that failed", "update tidemark.runs set status = 'failed'"],
  ["a run that is paused", "update tidemark.runs set status = 'paused', finished_at = null"],
])("nothing is begun on %s: that is its operator's", async (_what, sql) => {
  const database = await aMigratedDatabase();
  await age(database, 2);
  await database.query(sql);
  await openSchedule(database.target, HOUR_MS).beginIfDue();
  expect(await readRuns(database.target)).toHaveLength(1);
});

test.each(["0m", "5", "6 h", "32d", "-1h", "1s"])("an interval of %s is refused", async (text) => {
  const { readSettings, ConfigurationError } = await import("@/lib/env");
  const read = (every: string) => readSettings({ TIDEMARK_CATCH_UP_EVERY: every } as unknown as NodeJS.ProcessEnv);
  expect(() => read(text)).toThrow(ConfigurationError);
  expect(read("6h").TIDEMARK_CATCH_UP_EVERY).toBe(6 * HOUR_MS);
  expect(read("off").TIDEMARK_CATCH_UP_EVERY).toBeNull();
});
