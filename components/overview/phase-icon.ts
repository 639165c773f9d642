import type { IconState } from "@/components/ui/icons";
import type { ActiveRun, PhaseStatus } from "@/lib/contract";

/** How a phase stands, or that a run is at it right now. */
export function phaseIcon({ id, state }: PhaseStatus, activeRun: ActiveRun | null): IconState {
  if (activeRun?.phase !== id) return state;
  return activeRun.status === "paused" ? "paused" : "running";
}
