import { expect } from "vitest";
import { readPlan, readStatus } from "@/lib/migration";
import type { TestDatabase } from "@/lib/testing/database";

/** What may be left to say of a database that shows all of v16. */
const ALLOWED = ["extra-object", "dependent-object", "hazard"];

/** Asserts that the database shows v16 as a run over a whole v15 leaves it, and that a further run has nothing to do. */
export async function expectMigrated(database: TestDatabase, recorded: "16" | "17" = "16"): Promise<void> {
  const status = await readStatus(database.target);
  expect(status.findings.filter(({ kind }) => !ALLOWED.includes(kind)).map(({ id }) => id)).toEqual([]);
  expect(status).toMatchObject({ verdict: "migrated", version: { recorded, observed: "v16" } });
  expect(status.phases.map((phase) => phase.state)).toEqual(Array(5).fill("complete"));
  expect((await readPlan(database.target)).steps.map(({ id }) => id)).toEqual([]);
}
