import { type IconState, StateIcon, toneOf } from "@/components/ui/icons";
import type { RunStatus } from "@/lib/contract";

const ICONS: Record<RunStatus, IconState> = {
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
  const icon = ICONS[status];
  return (
    <span className={`tag ${toneOf(icon)}`}>
      <StateIcon state={icon} small /> {status}
    </span>
  );
}
