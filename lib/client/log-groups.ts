import type { LogEvent, PhaseId, RunDetail, RunPhase } from "@/lib/contract";

/** Lines of one part of a run. */
export interface LogGroup {
  id: PhaseId | "preflight" | "verdict" | "whole";
  title: string;
  /** Null for what no phase owns. */
  phase: RunPhase | null;
  lines: LogEvent[];
}

/**
 * Lines grouped as a run is: preflight, five phases, verdict; one group for a run without phases. Phases may overlap in
 * time, their lines do not mix. What no phase owns but is said in the middle of one, such as a pause, stands where it
 * was said. Phases still waiting are listed without lines. Pure.
 */
export function toLogGroups(run: RunDetail, lines: readonly LogEvent[]): LogGroup[] {
  if (run.phases.length === 0) return [{ id: "whole", title: TITLES[run.kind], phase: null, lines: [...lines] }];
  const ofPhase = new Map<PhaseId, LogEvent[]>(run.phases.map(({ id }) => [id, []]));
  const before: LogEvent[] = [];
  const after: LogEvent[] = [];
  let present: LogEvent[] | undefined;
  for (const line of lines) {
    const own = line.phase === null ? undefined : ofPhase.get(line.phase);
    if (own !== undefined) {
      present = own;
      own.push(line);
    } else if (present === undefined) before.push(line);
    else (isBeforeVerdict(run, line.at) ? present : after).push(line);
  }
  return [
    { id: "preflight", title: "Preflight", phase: null, lines: before },
    ...run.phases.map((phase, index) => ({
      id: phase.id,
      title: `${index + 1} ${phase.title}`,
      phase,
      lines: ofPhase.get(phase.id) ?? [],
    })),
    { id: "verdict", title: "Verdict", phase: null, lines: after },
  ];
}

/** Whether at that time some phase of the run was still to be finished. */
function isBeforeVerdict({ kind, phases }: RunDetail, at: string): boolean {
  return phases.some(({ startedAt, finishedAt }) => {
    // A catch-up has fewer phases: those that never began are not waited for.
    if (startedAt === null) return kind === "migrate";
    return finishedAt === null || Date.parse(finishedAt) > Date.parse(at);
  });
}

const TITLES: Record<RunDetail["kind"], string> = {
  migrate: "Migration",
  "catch-up": "Catch-up",
  reset: "Reset to v15",
  verify: "Verification",
};

/** What is shown of the log. */
export interface LogFilter {
  /** Sought in the message, upper and lower case alike; empty for all. */
  search: string;
  level: "all" | "warn" | "error";
}

/** Whether a line is shown: `warn` means warnings and worse. Pure. */
export function isShown(line: LogEvent, filter: LogFilter): boolean {
  const isLoud = line.level === "error" || (filter.level === "warn" && line.level === "warn");
  if (filter.level !== "all" && !isLoud) return false;
  return filter.search === "" || line.message.toLowerCase().includes(filter.search.toLowerCase());
}
