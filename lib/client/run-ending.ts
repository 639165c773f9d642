import { formatAge, formatCount, formatDuration, formatList } from "@/lib/client/format";
import type { PhaseStatus, RunDetail, RunKind, RunPhase, Status } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** How a run ended before its end, in words. */
export interface RunEnding {
  tone: "" | "amber" | "coral";
  icon: "error" | "interrupted" | "cancelled";
  title: string;
  /** Who or what stopped it. */
  who: string;
}

/** What is left to do about a run that ended before its end: the one next thing. */
export type NextOfRun =
  | { do: "resume" | "migrate" | "catch-up" | "see-coverage" | "see-overview" }
  | { do: "follow"; runId: number };

/** What became of a run that failed, was interrupted or cancelled; null for every other one. Pure. */
export function toRunEnding(run: RunDetail): RunEnding | null {
  const after = run.durationMs === null ? "" : ` after ${formatDuration(run.durationMs)}`;
  switch (run.status) {
    case "failed":
      return {
        tone: "coral",
        icon: "error",
        title: toFailureTitle(run),
        who: `It gave up by itself${after === "" ? "" : `${after} of work`}.`,
      };
    case "cancelled":
      return {
        tone: "",
        icon: "cancelled",
        title: "Cancelled",
        who: `An operator stopped it${after}, here or with tidemark cancel. It ended between two pieces of work.`,
      };
    case "interrupted":
      return run.cause === "shutdown"
        ? {
            tone: "amber",
            icon: "interrupted",
            title: "Interrupted by a shutdown",
            who: `The process that executed it was told to stop${after}, by a deploy or a restart, and ended between two pieces of work.`,
          }
        : {
            tone: "amber",
            icon: "interrupted",
            title: "Interrupted: its process went away",
            who: `Nobody asked for it: the process that executed it was killed${after}, or was without the database for too long.`,
          };
    default:
      return null;
  }
}

function toFailureTitle({ phases }: RunDetail): string {
  const index = phases.findIndex(({ state }) => state === "failed");
  const phase = phases[index];
  return phase === undefined ? "The run failed" : `The run failed in phase ${index + 1}, ${phase.title}`;
}

const UNDONE: Record<RunKind, string> = {
  migrate: "What was committed stays, the rest was rolled back. What a session already said is unchanged.",
  "catch-up": "What was committed stays, the rest was rolled back. What a session already said is unchanged.",
  reset: "A reset is one transaction: nothing of it happened.",
  verify: "It only read.",
};

/** What the database is like now, whoever brought it there. Pure. */
export function describeDatabase(status: Status, kind: RunKind): string {
  if (status.verdict === "unsupported") return `It cannot be worked on: ${status.message ?? "see the Overview"}`;
  const { recorded, observed } = status.version;
  const versions = `Recorded ${recorded === null ? "nothing" : `v${recorded}`}, observed ${observed ?? "unknown"}`;
  return `${versions}: ${describePhases(status.phases)}. ${UNDONE[kind]}`;
}

function describePhases(phases: readonly PhaseStatus[]): string {
  const states = ["complete", "partial", "blocked", "pending"] as const;
  const parts = states.flatMap((state) => {
    const numbers = phases.flatMap((phase) => (phase.state === state ? [String(phase.number)] : []));
    if (numbers.length === 0) return [];
    return [numbers.length === phases.length ? `all phases ${state}` : `${toPhases(numbers)} ${state}`];
  });
  return parts.length === 0 ? "phases unknown" : parts.join(", ");
}

const toPhases = (numbers: string[]) => `phase${numbers.length === 1 ? "" : "s"} ${formatList(numbers)}`;

/** The one next thing, from what the database shows now: a later run may have done it all. Pure. */
export function toNextOfRun(run: Pick<RunDetail, "id" | "kind" | "status">, status: Status | null): NextOfRun {
  if (status?.activeRun != null) return { do: "follow", runId: status.activeRun.id };
  const isReached = status?.verdict === "migrated";
  if (run.kind === "migrate" && isReached) return { do: "see-coverage" };
  if (run.status === "interrupted") return { do: "resume" };
  if (run.kind === "reset" || status === null || status.verdict === "unsupported") return { do: "see-overview" };
  return { do: run.kind === "catch-up" && isReached ? "catch-up" : "migrate" };
}

/** Why a run holds: by whom, and what lets it go on. Pure. */
export function toPauseText(run: Pick<RunDetail, "error" | "until" | "held">, now: number): string {
  if (run.error !== null) return "It paused by itself.";
  if (run.until !== null && Date.parse(run.until) <= now)
    return "Its maintenance window has ended, so it paused by itself.";
  if (run.held === null) return "An operator paused it.";
  return `${toDisplayText(run.held.by)} asked for it ${formatAge(now - Date.parse(run.held.since))}.`;
}

/** How far the phase at hand stands: `Phase 1 stands at 12,000 of 30,000.` Empty between phases. Pure. */
export function toStandText(phases: readonly Pick<RunPhase, "state" | "done" | "total">[]): string {
  const index = phases.findIndex(({ state }) => state === "running");
  const phase = phases[index];
  if (phase === undefined || phase.done === null || phase.total === null) return "";
  return `Phase ${index + 1} stands at ${formatCount(phase.done)} of ${formatCount(phase.total)}.`;
}
