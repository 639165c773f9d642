import { formatCounted, formatDuration } from "@/lib/client/format";
import type { PlannedStep } from "@/lib/contract";

/** Time that a step takes; less than a tenth of a second is not told apart. Pure. */
export function toTimeText(seconds: number | null): string {
  if (seconds === null) return "time unknown";
  return seconds < 0.1 ? "a moment" : `about ${formatDuration(seconds * 1_000)}`;
}

/** Time that many steps take: what is known, and of how many nothing is. Pure. */
export function toTimesText(steps: readonly Pick<PlannedStep, "seconds">[]): string {
  const known = toTimeText(steps.reduce((sum, step) => sum + (step.seconds ?? 0), 0));
  const unknown = steps.filter((step) => step.seconds === null).length;
  if (unknown === 0) return known;
  return unknown === steps.length
    ? "time unknown"
    : `${known}, and ${formatCounted(unknown, "step")} of unknown length`;
}
