import { expect, test } from "vitest";
import type { ProgressEvent } from "@/lib/contract";
import { readRun, setRunSpeed } from "@/lib/migration";
import type { TestDatabase } from "@/lib/testing/database";
import { at, UNPRESSED, withSettings } from "@/lib/testing/faults/reacting";
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
  withSettings({ ...UNPRESSED, TIDEMARK_PARALLELISM: 1, TIDEMARK_LOCK_TIMEOUT_MS: 30_000 });
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
  const [set] = await database.query<{ at: string }>("select clock_timestamp()::text as at");
  const beats = () => database.query("select from tidemark.runs where heartbeat_at > $1", [set?.at]);
  // An answer that is fresh enough is not asked for again at the end of a batch.
  await expect.poll(beats, PATIENT).toHaveLength(1);
  expect(await readRun(database.target, runId)).toMatchObject({ speed: "normal", workers: 3 });
  await first.query("rollback");
  await expect.poll(() => waiting(database), PATIENT).toBe(3);
  await rest.query("rollback");

  expect(await finished).toMatchObject({ status: "succeeded", error: null });
  expect(await database.query("select from public.session_summaries where enrichment_at is null")).toEqual([]);
});

test("while a batch takes long the rate falls and the time left grows, instead of standing still", async () => {
  const database = await aHoneypot({ sessions: 4_000 });
  withSettings({ ...UNPRESSED, TIDEMARK_PARALLELISM: 1, TIDEMARK_LOCK_TIMEOUT_MS: 30_000 });
  const other = await database.client();
  const told: ProgressEvent[] = [];
  let held: Promise<unknown> = Promise.resolve();
  const holding = at("Added source_ip", () => {
    held = other.query("begin; select from public.session_summaries where ctid >= '(40,0)' for update");
  });

  const finished = run(database.target, {
    onEvent: (event) => {
      holding(event);
      if (event.type === "progress" && event.phase === "source-ip") told.push(event);
    },
  });
  const rates = (done: number | null | undefined) =>
    told.filter((event) => event.done === done).map(({ rowsPerSecond }) => rowsPerSecond ?? 0);
  await expect.poll(() => rates(told.at(-1)?.done).length, PATIENT).toBeGreaterThan(2);
  const standing = told.at(-1)?.done;
  await held;
  await other.query("rollback");

  expect(await finished).toMatchObject({ status: "succeeded", error: null });
  expect(standing).toBeGreaterThan(0);
  expect(standing).toBeLessThan(4_000);
  expect(rates(standing)).toEqual(rates(standing).toSorted((one, another) => another - one));
  expect(rates(standing).at(-1)).toBeLessThan(rates(standing)[0] ?? 0);
});

test("a sweep behind another one finds the open sessions wherever they are", async () => {
  const database = await aHoneypot({ sessions: 6_000 });
  withSettings(UNPRESSED);
  expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
  // With room for an updated row where it is.
  await database.query("alter table public.session_summaries set (fillfactor = 40)");
  await database.query("vacuum full public.session_summaries");
  await database.query("alter table public.session_summaries reset (fillfactor)");
  const pagesWith = (condition: string) =>
    database
      .query<{ page: number }>(
        `select distinct (ctid::text::point)[0]::int as page from public.session_summaries where ${condition} order by page`,
      )
      .then((rows) => rows.map(({ page }) => page));
  const openPages = () => pagesWith("enrichment_at is null");
  // Not all have sessions where a snapshot of autovacuum kept dead rows.
  const pages = await pagesWith("true");
  // Too many for the first batches: what lies behind them has to be looked for.
  expect(pages.length).toBeGreaterThan(400);
  const open = [0, 63, 64, 200, 201, -2, -1].map((place) => pages.at(place));
  await database.query(
    "update public.session_summaries set enrichment_at = null where (ctid::text::point)[0]::int = any($1)",
    [open],
  );
  expect(await openPages()).toEqual(open);

  expect(await run(database.target, { kind: "catch-up" })).toMatchObject({
    status: "succeeded",
    error: null,
  });
  expect(await openPages()).toEqual([]);
});
