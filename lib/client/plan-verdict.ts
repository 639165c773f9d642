import { formatCounted } from "@/lib/client/format";
import type { VerdictText } from "@/lib/client/verdict-text";
import type { PlannedStep, Status } from "@/lib/contract";

const EXACTLY =
  "The statements of each step, in the order in which a run sends them. It looks at the database again before each phase and plans anew: what is right by then is left alone.";

/**
 * The sentence of the Plan page and what stands under it. Pure.
 *
 * @param resumed the run that is to be resumed, where that is the next step.
 */
export function toPlanVerdict(
  status: Status,
  steps: readonly PlannedStep[],
  resumed: number | null = null,
): VerdictText {
  const { activeRun, verdict, version } = status;
  const counted = formatCounted(steps.length, "step");
  if (activeRun?.status === "paused" || activeRun?.status === "pausing") {
    return {
      icon: "partial",
      title: `Run ${activeRun.id} is ${activeRun.status}: ${counted} left`,
      lead: `${activeRun.status === "pausing" ? "It ends the batch at hand; then nothing" : "Nothing"} is done until it is resumed. This is what was left when this page last asked; the run itself plans from the database, never from here.`,
    };
  }
  if (activeRun !== null) {
    return {
      icon: "pending",
      title: `Run ${activeRun.id} is under way: ${counted} left`,
      lead: "As planned when this page last asked; it asks again at each phase of the run. The run itself plans from the database, never from here.",
    };
  }
  if (steps.length === 0 && verdict === "migrated") {
    return {
      icon: "complete",
      title: "Nothing to do",
      lead: "Every declared object is there as declared, and every session is swept. A run would find no step.",
    };
  }
  if (steps.length === 0) {
    return {
      icon: "partial",
      title: `No step left, but ${version.recorded ?? "nothing"} is recorded`,
      lead: "A run checks everything once more, and writes 16 in the transaction that checked it.",
    };
  }
  if (resumed !== null) {
    return { icon: "interrupted", title: `Run ${resumed} was interrupted: ${counted} left`, lead: EXACTLY };
  }
  switch (verdict) {
    case "migrated":
      return { icon: "partial", title: `${counted} for what came since v16`, lead: `A catch-up does them. ${EXACTLY}` };
    case "drifted":
      return { icon: "error", title: `${counted} to make the recorded v${version.recorded} true`, lead: EXACTLY };
    case "ready":
      return { icon: "pending", title: `${counted} from v15 to v16`, lead: EXACTLY };
    default:
      return { icon: "partial", title: `${counted} left to v16`, lead: EXACTLY };
  }
}
