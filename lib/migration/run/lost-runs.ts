import type pg from "pg";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { markLostRuns } from "@/lib/migration/run/journal";
import { releaseRunLock, tryRunLock } from "@/lib/migration/run/lock";
import { hasLostRun } from "@/lib/migration/run/run-records";

/** Marks a run whose process went away, so that it can be resumed; waits for nobody. */
export async function settleLostRuns(target: DatabaseTarget): Promise<void> {
  await withClient(target, settleLost);
}

/** As `settleLostRuns`, on a connection that is there already. */
export async function settleLost(client: pg.Client): Promise<void> {
  // Taken only where there is something to mark: whoever starts a run meanwhile would find the lock held by nobody.
  if (!(await hasLostRun(client)) || !(await tryRunLock(client))) return;
  await markLostRuns(client);
  await releaseRunLock(client);
}
