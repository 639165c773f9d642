import { setTimeout as wait } from "node:timers/promises";
import type { DatabaseTarget } from "@/lib/db/client";
import { RefusalError } from "@/lib/refusal";
import { type FinishedRun, run } from "@/lib/testing/running";

/** How long a backend whose process was killed may go on, in milliseconds; PostgreSQL looks for its client every second. */
const ORPHAN_MS = 20_000;

/** Migrates in this process, again and again while the backend of a killed process still holds the run lock. */
export async function resumed(target: DatabaseTarget): Promise<FinishedRun> {
  const deadline = performance.now() + ORPHAN_MS;
  for (;;) {
    try {
      return await run(target);
    } catch (cause) {
      const isHeld = cause instanceof RefusalError && cause.code === "active-run";
      if (!isHeld || performance.now() > deadline) throw cause;
      await wait(100);
    }
  }
}
