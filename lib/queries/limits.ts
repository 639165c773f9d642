import "server-only";
import { readSettings } from "@/lib/env";

/** How long a writer may wait for a statement of a run at most, in milliseconds. */
export function longestWriterWaitMs(): number {
  return readSettings().TIDEMARK_LOCK_TIMEOUT_MS;
}
