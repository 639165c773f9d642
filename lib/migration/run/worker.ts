import { setTimeout as delay } from "node:timers/promises";
import type { DatabaseTarget } from "@/lib/db/client";
import { sharedPool } from "@/lib/db/pool";
import { readSettings } from "@/lib/env";
import { prepareConsole } from "@/lib/migration/console";
import { settleLostRuns } from "@/lib/migration/run/lost-runs";
import { hasLostRun, readRunnable } from "@/lib/migration/run/run-records";
import { runQueued } from "@/lib/migration/run/runner";

/** How often a worker looks for a run, in milliseconds; after trouble it waits longer. */
const POLL_INTERVAL_MS = 500;
const TROUBLE_INTERVAL_MS = 5_000;

/**
 * Executes queued runs until `signal` aborts, one at a time; the run in hand is then stopped between two batches.
 * An unreachable or ineligible database is waited for, never fatal.
 *
 * @param onTrouble hears of what went wrong outside a run, e.g. the database being away.
 */
export async function runWorker(
  target: DatabaseTarget,
  options: { signal: AbortSignal; onTrouble?: (cause: unknown) => void },
): Promise<void> {
  const { signal, onTrouble = () => {} } = options;
  const resumeLost = readSettings().TIDEMARK_RESUME === "auto";
  let isPrepared = false;
  while (!signal.aborted) {
    let waitMs = POLL_INTERVAL_MS;
    try {
      isPrepared ||= await prepareConsole(target);
      if (isPrepared) await takeOne(target, resumeLost, signal);
      else waitMs = TROUBLE_INTERVAL_MS;
    } catch (cause) {
      onTrouble(cause);
      isPrepared = false;
      waitMs = TROUBLE_INTERVAL_MS;
    }
    await delay(waitMs, undefined, { signal }).catch(() => {});
  }
}

async function takeOne(target: DatabaseTarget, resumeLost: boolean, signal: AbortSignal): Promise<void> {
  const pool = sharedPool(target);
  if (await hasLostRun(pool)) await settleLostRuns(target);
  const [next] = await readRunnable(pool, resumeLost);
  if (next !== undefined) await runQueued(target, next.id, signal);
}
