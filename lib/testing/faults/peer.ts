import type pg from "pg";
import { onTestFinished } from "vitest";
import { openClient } from "@/lib/db/client";
import type { TestDatabase } from "@/lib/testing/database";

/** A connection of another application, ended with the test. */
export async function aPeer(database: TestDatabase, application = "cowrieprocessor"): Promise<pg.Client> {
  const peer = await openClient(database.target, application);
  onTestFinished(() => peer.end().catch(() => {}));
  return peer;
}
