import { setTimeout as delay } from "node:timers/promises";
import type { RunError } from "@/lib/contract";
import { sqlstateOf } from "@/lib/db/database-error";
import { inspect } from "@/lib/inspection/inspection";
import { describeForecast, forecastStorage, readStorageFacts } from "@/lib/migration/preflight/forecast";
import type { RunContext } from "@/lib/migration/run/run-context";

/** disk_full: there is no room on a disk of the server. */
export function isDiskFull(cause: unknown): boolean {
  return sqlstateOf(cause) === "53100";
}

/** How often a run that cannot even say so looks whether the full disk has room again, in milliseconds. */
const LOOK_INTERVAL_MS = 2_000;

/**
 * Does `write`; where the disk has no room even for that, again and again until it has.
 *
 * @throws whatever else it meets; the reason of `signal`.
 */
export async function untilRoom(write: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await write();
      return;
    } catch (cause) {
      if (!isDiskFull(cause)) throw cause;
    }
    await delay(LOOK_INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}

/** What is still needed of the disk, beside what PostgreSQL said. `error` as it is where that cannot be read just now. */
export async function describeDiskFull({ client, target }: RunContext, error: RunError): Promise<RunError> {
  try {
    const inspection = await inspect(client, target.schema, { keepsPlan: true });
    const facts = await readStorageFacts(client, inspection);
    return { ...error, message: `${error.message}. ${describeForecast(forecastStorage(inspection, facts), facts)}` };
  } catch {
    return error;
  }
}
