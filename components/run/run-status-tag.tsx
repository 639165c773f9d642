import { type IconState, StateIcon, toneOf } from "@/components/ui/icons";
import type { RunStatus } from "@/lib/contract";

/** The icon of each status. */
export const ICON_OF_STATUS: Record<RunStatus, IconState> = {
  queued: "waiting",
  running: "running",
  pausing: "paused",
  paused: "paused",
  cancelling: "cancelled",
  cancelled: "cancelled",
  interrupted: "interrupted",
  failed: "error",
  succeeded: "complete",
};

/** Status of a run: icon, word, then colour. */
export function RunStatusTag({ status }: { status: RunStatus }) {
  const icon = ICON_OF_STATUS[status];
  return (
    <span className={`tag ${toneOf(icon)}`}>
      <StateIcon state={icon} small /> {status}
    </span>
  );
}
