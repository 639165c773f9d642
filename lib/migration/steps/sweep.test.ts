import { expect, test } from "vitest";
import { readRun, setRunSpeed } from "@/lib/migration";
import type { TestDatabase } from "@/lib/testing/database";
import { at, withSettings } from "@/lib/testing/faults/reacting";
import { aHoneypot } from "@/lib/testing/honeypot";
import { run } from "@/lib/testing/running";

const PATIENT = { timeout: 20_000, interval: 50 };

/** Connections of the run that wait for a session. */
const waiting = (database: TestDatabase) =>
  database
    .query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
       and application_name in ('tidemark run', 'tidemark sweep')`,
    )
    .then((rows) => rows.length);

test("a sweep under way takes more workers with its next batch, and ends with all sessions swept", async () => {
  const database = await aHoneypot({ sessions: 4_000 });
  withSettings({ TIDEMARK_PARALLELISM: 1, TIDEMARK_LOCK_TIMEOUT_MS: 30_000, TIDEMARK_WRITER_WAIT_MS: 0 });
  withSettings({ TIDEMARK_COMMIT_MS: 0 });
  const [first, rest] = [await database.client(), await database.client()];
  const hold = (range: string) => `begin; select from public.session_summaries where ctid ${range} '(32,0)' for update`;
  let runId = 0;
  const holding = at("Added source_ip", (id) => {
    runId = id;
    void first.query(hold("<"));
    void rest.query(hold(">="));
  });

  const finished = run(database.target, { onEvent: holding });
  await expect.poll(() => waiting(database), PATIENT).toBe(1);
  await setRunSpeed(database.target, runId, "normal", 3);
  expect(await readRun(database.target, runId)).toMatchObject({ speed: "normal", workers: 3 });
  await first.query("rollback");
  await expect.poll(() => waiting(database), PATIENT).toBe(3);
  await rest.query("rollback");

  expect(await finished).toMatchObject({ status: "succeeded", error: null });
  expect(await database.query("select from public.session_summaries where enrichment_at is null")).toEqual([]);
});
