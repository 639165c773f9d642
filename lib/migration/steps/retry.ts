import { setTimeout as delay } from "node:timers/promises";
import type { PhaseId } from "@/lib/contract";
import { sqlstateOf, toRunError } from "@/lib/db/database-error";
import { BlockedError } from "@/lib/migration/errors";
import type { RunContext } from "@/lib/migration/run/run-context";
import { describeBlocker, watchBlockers } from "@/lib/migration/steps/blockers";

/** lock_not_available, deadlock_detected, serialization_failure: the same statement may succeed a moment later. */
const TRANSIENT = new Set(["55P03", "40P01", "40001"]);

/** query_canceled: by a pause that did not want to wait for the statement any longer. */
const CANCELLED = "57014";

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** What is tried, for the log. */
interface Attempted {
  phase: PhaseId | null;
  step: string;
  /** How long it is tried again, in milliseconds; the try in hand is finished, and none comes without a timeout. */
  patienceMs: number;
}

/**
 * Runs `attempt` again after a transient failure, with back-off and jitter, for `patienceMs`; meanwhile the log and the
 * run say who is in the way. A statement that was cancelled for a pause is sent again when the run goes on.
 *
 * @throws {BlockedError} naming who was in the way; whatever is not transient, as it is; what ends the run.
 */
export async function retryTransient<T>(context: RunContext, work: Attempted, attempt: () => Promise<T>): Promise<T> {
  const watch = watchBlockers(context, work.phase, work.step);
  try {
    return await tryUntilDone(context, work, () => watch.during(attempt));
  } catch (cause) {
    if (!(cause instanceof GivenUp)) throw cause;
    const blockers = watch.blockers.map(describeBlocker).join(", ");
    throw new BlockedError(cause.met, cause.waitedMs, blockers);
  } finally {
    await watch.close();
  }
}

class GivenUp extends Error {
  readonly met: unknown;
  readonly waitedMs: number;

  constructor(met: unknown, waitedMs: number) {
    super();
    this.met = met;
    this.waitedMs = waitedMs;
  }
}

async function tryUntilDone<T>(
  { control, report }: RunContext,
  { phase, step, patienceMs }: Attempted,
  attempt: () => Promise<T>,
): Promise<T> {
  let startedAt = performance.now();
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (cause) {
      const sqlstate = sqlstateOf(cause) ?? "";
      if (sqlstate === CANCELLED && control.isHeld && !control.signal.aborted) {
        await control.checkpoint();
        startedAt = performance.now();
        continue;
      }
      if (!TRANSIENT.has(sqlstate)) throw cause;
      const waitedMs = performance.now() - startedAt;
      if (waitedMs > patienceMs) throw new GivenUp(cause, waitedMs);
      const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tried - 1)) * (0.5 + Math.random() / 2);
      const again = `${step}: ${toRunError(cause).message} (${sqlstate}); trying again in ${Math.round(waitMs)} ms`;
      await report.log("warn", phase, again);
      await delay(waitMs, undefined, { signal: control.signal }).catch(() => {});
      await control.checkpoint();
    }
  }
}
