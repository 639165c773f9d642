import { setTimeout as delay } from "node:timers/promises";
import type { RunEvent } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { sharedPool } from "@/lib/db/pool";
import { readSettings } from "@/lib/env";
import { prepareConsole } from "@/lib/migration/console";
import { settleLostRuns } from "@/lib/migration/run/lost-runs";
import { hasLostRun, readRunnable } from "@/lib/migration/run/run-records";
import { runQueued } from "@/lib/migration/run/runner";
import { openSchedule, type Schedule } from "@/lib/migration/run/schedule";

/** How often a worker looks for a run, in milliseconds; after trouble it waits longer. */
const POLL_INTERVAL_MS = 500;
const TROUBLE_INTERVAL_MS = 5_000;

/**
 * Executes queued runs until `signal` aborts, one at a time; the run in hand is then stopped between two batches.
 * An unreachable or ineligible database is waited for, never fatal. Begins a catch-up where `TIDEMARK_CATCH_UP_EVERY` says
 * that one is due.
 *
 * @param onTrouble hears of what went wrong outside a run, e.g. the database being away.
 * @param onEvent hears what the runs of this process say, each event after it was stored.
 */
export async function runWorker(
  target: DatabaseTarget,
  options: { signal: AbortSignal; onTrouble?: (cause: unknown) => void; onEvent?: (event: RunEvent) => void },
): Promise<void> {
  const { signal, onTrouble = () => {}, onEvent = () => {} } = options;
  const { TIDEMARK_RESUME, TIDEMARK_CATCH_UP_EVERY: everyMs } = readSettings();
  const schedule = everyMs === null ? null : openSchedule(target, everyMs);
  const how: Taking = { resumeLost: TIDEMARK_RESUME === "auto", schedule, signal, onEvent };
  let isPrepared = false;
  while (!signal.aborted) {
    let waitMs = POLL_INTERVAL_MS;
    try {
      isPrepared ||= await prepareConsole(target);
      if (isPrepared) await takeOne(target, how);
      else waitMs = TROUBLE_INTERVAL_MS;
    } catch (cause) {
      onTrouble(cause);
      isPrepared = false;
      waitMs = TROUBLE_INTERVAL_MS;
    }
    await delay(waitMs, undefined, { signal }).catch(() => {});
  }
}

/** How a worker takes runs. */
interface Taking {
  resumeLost: boolean;
  schedule: Schedule | null;
  signal: AbortSignal;
  onEvent: (event: RunEvent) => void;
}

async function takeOne(target: DatabaseTarget, how: Taking): Promise<void> {
  const pool = sharedPool(target);
  if (await hasLostRun(pool)) await settleLostRuns(target);
  const [next] = await readRunnable(pool, how.resumeLost);
  if (next !== undefined) await runQueued(target, next.id, how);
  else await how.schedule?.beginIfDue();
}
