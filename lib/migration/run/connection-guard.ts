import { severClient } from "@/lib/db/sever";
import { backendOf, type RunContext } from "@/lib/migration/run/run-context";

/** How long a statement may go on after the run was told to end, and after it was told to pause, in milliseconds. */
const STOP_GRACE_MS = 2_000;
const PAUSE_GRACE_MS = 10_000;

const LOOK_INTERVAL_MS = 250;

/**
 * Watches over the connection of a run: lets the server cancel a statement that goes on after the run was told to end or
 * to pause, and cuts connections on which nothing answers any more, so that what waits there fails instead of waiting
 * for ever.
 */
export function guardConnection(context: RunContext, urgent?: AbortSignal): { close(): void } {
  const { control, limits, pool } = context;
  let endingSince: number | null = null;
  let heldSince: number | null = null;
  let isCancelling = false;
  let severedAt = Number.NEGATIVE_INFINITY;

  const timer = setInterval(() => {
    const now = performance.now();
    endingSince = control.signal.aborted ? (endingSince ?? now) : null;
    heldSince = control.isHeld && !control.isPaused ? (heldSince ?? now) : null;
    const isEndOverdue = endingSince !== null && now - endingSince > STOP_GRACE_MS;
    const isPauseOverdue = heldSince !== null && now - heldSince > PAUSE_GRACE_MS;
    if (isEndOverdue || isPauseOverdue) cancelStatement();
    if (now - Math.max(control.answeredAt, severedAt) > limits.silenceMs) {
      severedAt = now;
      context.severPool();
      for (const client of [context.client, ...context.helpers]) severClient(client);
    }
  }, LOOK_INTERVAL_MS);

  function cancelStatement(): void {
    if (isCancelling) return;
    isCancelling = true;
    // Only a statement: between two of them there is nothing to cancel. A failure shows as the statement going on.
    pool
      .query(
        "select pg_cancel_backend(pid) from pg_catalog.pg_stat_activity where pid = any ($1) and state = 'active'",
        [[context.client, ...context.helpers].map(backendOf)],
      )
      .catch(() => {})
      .finally(() => {
        isCancelling = false;
      });
  }

  urgent?.addEventListener("abort", cancelStatement, { once: true });
  return {
    close() {
      clearInterval(timer);
      urgent?.removeEventListener("abort", cancelStatement);
    },
  };
}
