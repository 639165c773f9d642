import { expect, test } from "vitest";
import { readRuns } from "@/lib/migration";
import { aCowrieDatabase } from "@/lib/testing/database";
import { migrateAgain, runUntilKilled, runUntilStopped } from "@/lib/testing/failpoint-runs";

const sessions = [{ sessionId: "a", enrichment: { dshield: { ip: { number: "203.0.113.1" } } } }];

test("kills a run at a place of its way, and one after it goes on", async () => {
  const { target } = await aCowrieDatabase({ sessions });

  expect(await runUntilKilled(target, "batch-done")).toMatchObject({ isKilled: true, exitCode: null });

  await expect.poll(() => readRuns(target), { timeout: 10_000 }).toMatchObject([{ id: 1, status: "interrupted" }]);
  expect(await migrateAgain(target)).toMatchObject({ exitCode: 0 });
  expect(await readRuns(target)).toMatchObject([{ id: 1, status: "succeeded" }]);
});

test("says of a place that is never passed that nothing was killed", async () => {
  const { target } = await aCowrieDatabase({ sessions });
  expect(await runUntilKilled(target, "every@9999")).toMatchObject({ isKilled: false, exitCode: 0 });
});

test("freezes a run, and thaws it", async () => {
  const { target } = await aCowrieDatabase({ sessions });
  const frozen = await runUntilStopped(target, "phase-done@2");
  expect(await readRuns(target)).toMatchObject([{ status: "running" }]);

  frozen.process.kill("SIGCONT");

  expect(await frozen.finished).toMatchObject({ exitCode: 0 });
});
