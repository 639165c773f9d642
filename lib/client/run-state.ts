import { ACTIVE_STATUSES, type RunStatus } from "@/lib/contract";

/** Whether a run of this status holds the database. */
export function isActive(status: RunStatus): boolean {
  return ACTIVE_STATUSES.some((active) => active === status);
}
