import { expect, onTestFinished, test } from "vitest";
import type { LogEvent } from "@/lib/contract";
import { closePools } from "@/lib/db/pool";
import { followRun, readLogLines, readRun, readRuns, startRun } from "@/lib/migration";
import type { TestDatabase } from "@/lib/testing/database";
import { environmentOf } from "@/lib/testing/failpoint-runs";
import { aHoneypot } from "@/lib/testing/honeypot";
import { startIngest } from "@/lib/testing/ingest";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { startTidemark, type Tidemark } from "@/lib/testing/tidemark-command";

/** What a worker logs when a run is its own from then on. */
const TAKES = "begins in this process";

/** A worker on a machine of its own, as far as PostgreSQL can tell. */
function aWorker(database: TestDatabase, settings: Record<string, string> = {}): Tidemark {
  return startTidemark(["worker"], {
    ...environmentOf(database.target),
    // Batches so small that each worker has some to itself.
    ...{ TIDEMARK_RESUME: "auto", TIDEMARK_BATCH_TARGET_MS: "10", TIDEMARK_PARALLELISM: "1", ...settings },
  });
}

/** Follows a run as a page does: comes back behind the last line while the run is not at its end. */
async function followToTheEnd(database: TestDatabase, runId: number): Promise<LogEvent[]> {
  const lines: LogEvent[] = [];
  const signal = AbortSignal.timeout(120_000);
  while ((await readRun(database.target, runId))?.status !== "succeeded" || lines.length === 0) {
    signal.throwIfAborted();
    const afterSeq = lines.at(-1)?.seq ?? 0;
    for await (const item of followRun(database.target, runId, { afterSeq, signal })) {
      if (item.type === "log") lines.push(item);
    }
  }
  return lines;
}

test("F1, F3, F29: of three workers killed in turn under ingest each next one goes on; no line and no batch is lost", {
  timeout: 150_000,
}, async () => {
  onTestFinished(closePools);
  const database = await aHoneypot({ sessions: 2_500, addresses: 40 });
  const before = await snapshotOf(database);
  const writer = await startIngest(database, { touchEvery: 0 });
  const { runId } = await startRun(database.target, { kind: "migrate", startedBy: "web" });
  const pages = [followToTheEnd(database, runId), followToTheEnd(database, runId)];

  // One dies in the middle of a batch, one right after a commit; the third is asked to go as soon as it has the run.
  const dying = [
    aWorker(database, { TIDEMARK_FAILPOINT: "batch-open@2:kill" }),
    aWorker(database, { TIDEMARK_FAILPOINT: "batch-done@2:kill" }),
  ];
  await Promise.race(dying.map((worker) => worker.says(TAKES)));
  const leaving = aWorker(database);
  const [tookMs] = await Promise.all([
    leaving.says(TAKES).then(async () => {
      const askedAt = performance.now();
      leaving.process.kill("SIGTERM");
      await leaving.finished;
      return performance.now() - askedAt;
    }),
    ...dying.map((worker) => worker.finished),
  ]);
  expect(dying.map((worker) => worker.process.signalCode)).toEqual(["SIGKILL", "SIGKILL"]);
  expect(await leaving.finished).toMatchObject({ exitCode: 130 });
  expect(tookMs).toBeLessThan(5_000);
  const swept = await readSwept(database);
  expect(swept.size).toBeGreaterThan(0);
  expect(swept.size).toBeLessThan(before.digests.size);

  const last = aWorker(database, { TIDEMARK_BATCH_TARGET_MS: "125", TIDEMARK_PARALLELISM: "2" });
  await last.says(`Run ${runId} succeeded`);
  last.process.kill("SIGTERM");
  const { stderr } = await last.finished;
  const ingest = await writer.stop();

  expect(await readRuns(database.target)).toMatchObject([{ id: runId, status: "succeeded" }]);
  expect(await database.query("select epoch from tidemark.runs")).toEqual([{ epoch: 4 }]);
  const stored = await readLogLines(database.target, runId, { afterSeq: 0 });
  expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
  for (const page of pages) expect(await page).toEqual(stored);
  // What one worker had committed, no other one has written again.
  const now = await readSwept(database);
  expect([...swept].filter(([id, xmin]) => now.get(id) !== xmin)).toEqual([]);
  await expectInvariants(database, { before, finished: true, ingest, said: [stderr] });
});

/** Sessions that are swept, with the transaction that last wrote each. */
async function readSwept(database: TestDatabase): Promise<Map<string, string>> {
  const rows = await database.query<{ id: string; xmin: string }>(
    "select session_id as id, xmin::text from public.session_summaries where enrichment_at is not null",
  );
  return new Map(rows.map(({ id, xmin }) => [id, xmin]));
}
