import type { RunStatus } from "@/lib/contract";

/** The same as ACTIVE_STATUSES of the contract, which a page's first script must not load for this alone. */
const IS_ACTIVE: Record<RunStatus, boolean> = {
  queued: true,
  running: true,
  pausing: true,
  paused: true,
  cancelling: true,
  cancelled: false,
  interrupted: false,
  failed: false,
  succeeded: false,
};

/** Whether a run of this status holds the database. */
export function isActive(status: RunStatus): boolean {
  return IS_ACTIVE[status];
}
