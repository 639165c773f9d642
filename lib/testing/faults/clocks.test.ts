import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { readDatabaseAddress } from "@/lib/db/client";
import { issueResetToken, previewReset, readRun, readRuns, resumeRun, startReset, startRun } from "@/lib/migration";
import { aCowrieDatabase } from "@/lib/testing/database";
import { run } from "@/lib/testing/running";

const sessions = [{ sessionId: "a", enrichment: { dshield: { ip: { number: "203.0.113.1", as: 64500 } } } }];

const HOUR_MS = 3_600_000;

/** The clock of this process goes wrong by that much, as `Date` sees it; the database's stays right. */
function shiftClock(byMs: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + byMs });
  onTestFinished(() => void vi.useRealTimers());
}

/** Where a time of this process is shown to somebody, or says when figures were counted; nothing is decided by it there. */
const SHOWN_ONLY = ["steps/blockers.ts", "read/proof.ts"];

test("F37: nothing that claims, fences, expires or finds lost runs reads the clock of its process", async () => {
  const folder = path.resolve(import.meta.dirname, "../../migration");
  const names = (await readdir(folder, { recursive: true })).filter((name) => /(?<!\.test)\.ts$/.test(name));
  const readers: string[] = [];
  for (const name of names) {
    if (/\bDate\.now\(\)|new Date\(\)/.test(await readFile(path.join(folder, name), "utf8"))) readers.push(name);
  }
  expect(names.length).toBeGreaterThan(30);
  expect(readers.filter((name) => !SHOWN_ONLY.includes(name))).toEqual([]);
});

test.each([
  ["ahead", HOUR_MS],
  ["behind", -HOUR_MS],
])("F37: with a clock an hour %s a run, a confirmation and the finding of lost runs work", async (_where, byMs) => {
  const { target, query } = await aCowrieDatabase({ sessions });
  shiftClock(byMs);

  expect(await run(target)).toMatchObject({ status: "succeeded" });
  const pause = "update tidemark.runs set status = 'running', finished_at = null, heartbeat_at = clock_timestamp()";
  await query(pause);
  expect(await readRuns(target)).toMatchObject([{ status: "running" }]);
  await query(`${pause} - interval '10 s'`);
  expect(await readRuns(target)).toMatchObject([{ status: "interrupted" }]);
  await resumeRun(target, 1);
  expect(await run(target).catch((cause: unknown) => cause)).toMatchObject({ code: "active-run" });
  await query("update tidemark.runs set status = 'succeeded', finished_at = clock_timestamp()");

  const { hash } = await previewReset(target);
  const request = { confirm: readDatabaseAddress(target.connectionString).name, expect: hash, startedBy: "web" };
  const stale = await issueResetToken(target, hash);
  await query("update tidemark.reset_tokens set expires_at = clock_timestamp() - interval '1 s'");
  await expect(startReset(target, { ...request, token: stale })).rejects.toMatchObject({ code: "not-eligible" });
  expect(await startReset(target, { ...request, token: await issueResetToken(target, hash) })).toMatchObject({
    runId: expect.any(Number),
  });
});

test("F37: with a clock an hour ahead a run queued just now does not look as if no worker were there", async () => {
  const { target } = await aCowrieDatabase({ sessions });
  shiftClock(HOUR_MS);
  const { runId } = await startRun(target, { kind: "migrate", startedBy: "web" });

  expect(await readRun(target, runId)).toMatchObject({ status: "queued", isUnclaimed: false });
});
