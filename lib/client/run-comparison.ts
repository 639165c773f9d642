import { formatCount, formatCounted, formatDuration } from "@/lib/client/format";
import type { ComparedRun, Usual } from "@/lib/contract";

/** Differences below this share of what is usual, or below this time, are none. */
const SAME_SHARE = 0.1;
const SAME_MS = 500;
/** Numbers of rows that differ by more than this share make durations hard to compare. */
const SAME_ROWS_SHARE = 0.1;

/** A duration beside what is usual. */
export interface Comparison {
  verdict: "slower" | "faster" | "as usual";
  /** E.g. `2.0 s slower than the median of 4 earlier, 3.0 s`. */
  words: string;
}

/** A duration beside the median of earlier ones; null where there is none yet. Pure. */
export function toComparison(durationMs: number, usual: Usual | null): Comparison | null {
  if (usual === null) return null;
  const differenceMs = durationMs - usual.durationMs;
  const median = `the median of ${formatCounted(usual.runs, "earlier run")}, ${formatDuration(usual.durationMs)}`;
  const isSame = Math.abs(differenceMs) < Math.max(SAME_MS, usual.durationMs * SAME_SHARE);
  if (isSame) return { verdict: "as usual", words: `about ${median}` };
  const verdict = differenceMs > 0 ? "slower" : "faster";
  return { verdict, words: `${formatDuration(Math.abs(differenceMs))} ${verdict} than ${median}` };
}

/** The rows of a phase, and beside them the usual number where that is another: `12 rows, usually 50,204`. Pure. */
export function toRowsText(rows: number | null, usual: Usual | null): string {
  if (rows === null) return "";
  const own = formatCounted(rows, "row");
  if (usual === null || usual.rows === null) return own;
  const median = Math.round(usual.rows);
  return Math.abs(rows - median) <= median * SAME_ROWS_SHARE ? own : `${own}, usually ${formatCount(median)}`;
}

/** The longest time among the phases of a run and what is usual for them, in milliseconds: the scale of its bars. Pure. */
export function toScaleMs(phases: ComparedRun["phases"]): number {
  return Math.max(1, ...phases.flatMap(({ durationMs, usual }) => [durationMs ?? 0, usual?.durationMs ?? 0]));
}

/** How long a run took, pauses included, in milliseconds; null while it has not ended. Pure. */
export function tookMs({ startedAt, finishedAt }: Pick<ComparedRun, "startedAt" | "finishedAt">): number | null {
  return finishedAt === null ? null : Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt));
}

/** Why a run did not reach its end, in one line; null for one that did or still may. Pure. */
export function toStopText(run: Pick<ComparedRun, "status" | "cause" | "error" | "phase" | "phases">): string | null {
  const phase = run.phases.find(({ id }) => id === run.phase);
  const where = phase === undefined ? "" : ` in ${phase.title}`;
  const error = run.error === null ? "" : `${run.error.sqlstate ?? ""} ${run.error.message}`.trim();
  switch (run.status) {
    case "failed":
      return `Failed${where}${error === "" ? "" : `: ${error}`}`;
    case "cancelled":
      return `Stopped by an operator${where}`;
    case "interrupted":
      return run.cause === "shutdown" ? `Its process was told to stop${where}` : `Its process went away${where}`;
    default:
      return null;
  }
}
