import { expect, test } from "vitest";
import type { BrokenState } from "@/lib/demo/broken/states";
import { makeDemo } from "@/lib/demo/demo";
import { readPlan, readStatus } from "@/lib/migration";
import { aDatabase, type TestDatabase } from "@/lib/testing/database";
import { run } from "@/lib/testing/running";

const UNTIL = new Date("2025-12-01T00:00:00Z");

async function aBrokenDemo(...broken: BrokenState[]): Promise<TestDatabase> {
  const database = await aDatabase();
  await makeDemo(database.target, { sessions: 120, seed: 7, until: UNTIL, broken });
  return database;
}

/** Errors and remaining steps: nothing of either. */
async function expectSound(database: TestDatabase): Promise<void> {
  const { findings, verdict } = await readStatus(database.target);
  expect(findings.filter(({ kind }) => kind !== "extra-object").map(({ id }) => id)).toEqual([]);
  expect(verdict).toBe("migrated");
  expect((await readPlan(database.target)).steps).toEqual([]);
}

test.each<[string, BrokenState]>([
  ["F42", "orm-shaped"],
  ["F42", "orm-shaped-filled"],
  ["F43", "inet-addresses"],
  ["F42", "plain-ip-types"],
  ["F17", "half-indexed"],
  ["F41", "claims-16"],
  ["F41", "phase-1-only"],
  ["F40", "v17"],
  ["F63", "naive-timestamps"],
])("%s: %s is repaired in place", async (_fault, state) => {
  const database = await aBrokenDemo(state);

  expect((await run(database.target)).error).toBeNull();

  await expectSound(database);
});
