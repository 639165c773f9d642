import { sqlstateOf } from "@/lib/db/database-error";
import { RunStoppedError } from "@/lib/migration/errors";

/** lock_not_available, deadlock_detected, serialization_failure: the same statement may succeed a moment later. */
const TRANSIENT = new Set(["55P03", "40P01", "40001"]);

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/**
 * Runs `attempt` again after a transient failure, with back-off and jitter, at most `attempts` times in all: bounded,
 * and never a last try without a timeout. `onWait` hears of each failure before the wait.
 *
 * @throws the last error when it is not transient or the attempts are used up; {RunStoppedError} when `signal` aborts.
 */
export async function retryTransient<T>(
  attempt: () => Promise<T>,
  options: { attempts: number; signal: AbortSignal; onWait: (cause: unknown, waitMs: number) => Promise<void> },
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (cause) {
      if (tried >= options.attempts || !TRANSIENT.has(sqlstateOf(cause) ?? "")) throw cause;
      const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tried - 1)) * (0.5 + Math.random() / 2);
      await options.onWait(cause, waitMs);
      await wait(waitMs, options.signal);
    }
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new RunStoppedError());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
