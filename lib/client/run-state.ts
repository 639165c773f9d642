import type { RunDetail, RunKind, RunStatus } from "@/lib/contract";

/** The same as ACTIVE_STATUSES of the contract, which would bring its whole parser into the browser. */
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

/** What may be asked of a run that holds the database, each with the reason why not now, or null. */
export interface RunControls {
  /** Whether the button that holds the run lets it go on instead. */
  isHeld: boolean;
  whyNotHold: string | null;
  whyNotCancel: string | null;
  whyNotPace: string | null;
}

/**
 * What an operator may ask of a run; null for one that has ended. Pure.
 *
 * @param mayNot why whoever asks may do none of it; null where they may.
 */
export function toRunControls(
  { kind, status }: { kind: RunKind; status: RunStatus },
  mayNot: string | null = null,
): RunControls | null {
  if (!isActive(status)) return null;
  const isHeld = status === "pausing" || status === "paused";
  if (mayNot !== null) return { isHeld, whyNotHold: mayNot, whyNotCancel: mayNot, whyNotPace: mayNot };
  if (status === "cancelling") {
    const why = "It is being cancelled and ends after the batch at hand.";
    return { isHeld, whyNotHold: why, whyNotCancel: why, whyNotPace: why };
  }
  const oneTransaction = kind === "reset" ? "A reset is one transaction: it cannot be held, only cancelled." : null;
  const unclaimed = status === "queued" ? "No worker has taken it yet: there is nothing to hold." : null;
  return { isHeld, whyNotHold: oneTransaction ?? unclaimed, whyNotCancel: null, whyNotPace: oneTransaction };
}

/** What a run does while no phase of it is at work, in two or three words. Pure. */
export function whenIdle(run: Pick<RunDetail, "status" | "phases">): string {
  switch (run.status) {
    case "queued":
      return "waiting for a worker";
    case "running":
      if (run.phases.every(({ state }) => state === "waiting")) return "preflight under way";
      return run.phases.every(({ state }) => state === "complete") ? "verdict under way" : "between phases";
    case "succeeded":
      return "finished";
    default:
      return run.status;
  }
}
