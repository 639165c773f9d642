import type { BrokenState } from "@/lib/demo/broken/states";
import { makeDemo } from "@/lib/demo/demo";
import { aDatabase, type TestDatabase } from "@/lib/testing/database";

const UNTIL = new Date("2025-12-01T00:00:00Z");

/** A demo of 120 sessions, always the same, left in `broken` states. */
export async function aBrokenDemo(...broken: BrokenState[]): Promise<TestDatabase> {
  const database = await aDatabase();
  await makeDemo(database.target, { sessions: 120, until: UNTIL, broken });
  return database;
}
