import { expect, test } from "vitest";
import { runHistory } from "@/lib/contract";
import { readRunHistory } from "@/lib/migration";
import { aDatabase } from "@/lib/testing/database";
import { aJournalDatabase, type JournalDatabase } from "@/lib/testing/journal-database";

/** Journals a run of `seconds` whose first phase took them all. */
async function aRun(
  database: JournalDatabase,
  {
    kind = "migrate",
    status = "succeeded",
    seconds = 1,
    rows = 100,
  }: Partial<Record<"kind" | "status", string>> & Partial<Record<"seconds" | "rows", number>>,
): Promise<void> {
  await database.query(
    `with run as (
       insert into tidemark.runs (kind, status, started_by, started_at, finished_at, error)
       values ($1, $2, 'cli', '2026-01-01T00:00:00Z', timestamptz '2026-01-01T00:00:00Z' + make_interval(secs => $3),
               case when $2 = 'failed' then '{"sqlstate": "55P03", "message": "lock", "statement": null, "remedy": null}'::jsonb end)
       returning id
     )
     insert into tidemark.run_phases (run_id, phase, state, started_at, finished_at, duration_ms, rows)
     select id, 'source-ip', case when $2 = 'succeeded' then 'complete' else 'failed' end, now(), now(), $3 * 1000, $4 from run`,
    [kind, status, seconds, rows],
  );
}

async function aJournal() {
  const database = await aJournalDatabase();
  await database.query("delete from tidemark.runs");
  return database;
}

test("sets each run and phase beside the median of earlier ones of its kind that succeeded", async () => {
  const database = await aJournal();
  await aRun(database, { seconds: 10, rows: 1_000 });
  await aRun(database, { seconds: 900, status: "failed" });
  await aRun(database, { seconds: 500, kind: "catch-up" });
  await aRun(database, { seconds: 30, rows: 3_000 });
  await aRun(database, { seconds: 50, rows: 5_000 });

  const { runs } = runHistory.parse(await readRunHistory(database.target, { filter: {}, limit: 10 }));
  expect(runs.map(({ usual }) => usual)).toEqual([
    { runs: 2, durationMs: 20_000, rows: null },
    { runs: 1, durationMs: 10_000, rows: null },
    null,
    { runs: 1, durationMs: 10_000, rows: null },
    null,
  ]);
  expect(runs[0]?.phases).toEqual([
    {
      id: "source-ip",
      title: "Source IP",
      state: "complete",
      durationMs: 50_000,
      rows: 5_000,
      usual: { runs: 2, durationMs: 20_000, rows: 2_000 },
    },
  ]);
  expect(runs[3]).toMatchObject({ status: "failed", phase: "source-ip", error: { sqlstate: "55P03" } });
});

test("gives a page at a time, narrowed to a kind and an outcome, with both counts", async () => {
  const database = await aJournal();
  for (const status of ["succeeded", "failed", "cancelled", "failed", "running"]) await aRun(database, { status });
  await aRun(database, { kind: "reset" });
  const read = (filter: Parameters<typeof readRunHistory>[1]["filter"], before?: number) =>
    readRunHistory(database.target, { filter, limit: 2, ...(before === undefined ? {} : { before }) });
  const outcomes = async (...given: Parameters<typeof read>) => (await read(...given)).runs.map(({ status }) => status);

  const first = await read({});
  expect(first).toMatchObject({ total: 6, matching: 6, next: first.runs[1]?.id });
  expect(first.runs.map(({ kind }) => kind)).toEqual(["reset", "migrate"]);
  const second = await read({}, first.next ?? 0);
  expect(second.runs.map(({ status }) => status)).toEqual(["failed", "cancelled"]);
  expect((await read({}, second.next ?? 0)).next).toBeNull();
  expect(await read({ outcome: "failed" })).toMatchObject({ total: 6, matching: 2, next: null });
  expect(await outcomes({ kind: "migrate", outcome: "succeeded" })).toEqual(["succeeded"]);
  expect(await outcomes({ kind: "verify" })).toEqual([]);
});

test("a run whose process is silent and holds no lock counts as interrupted, not as under way", async () => {
  const database = await aJournal();
  await aRun(database, { status: "running" });
  const read = (outcome: "under-way" | "interrupted") =>
    readRunHistory(database.target, { filter: { outcome }, limit: 10 });
  expect(await read("under-way")).toMatchObject({ matching: 0 });
  expect(await read("interrupted")).toMatchObject({ runs: [{ status: "interrupted", cause: "lost" }] });

  await database.query("update tidemark.runs set heartbeat_at = clock_timestamp()");
  expect(await read("under-way")).toMatchObject({ runs: [{ status: "running", cause: null }] });
});

test("is empty where nothing was ever run", async () => {
  const { target } = await aDatabase();
  expect(await readRunHistory(target, { filter: {}, limit: 10 })).toEqual({
    runs: [],
    total: 0,
    matching: 0,
    next: null,
  });
});
