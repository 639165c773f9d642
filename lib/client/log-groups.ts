import type { LogEvent, PhaseId, RunDetail } from "@/lib/contract";

/** A part of a run: a phase, or what stands around the phases. */
export type LogPlace = PhaseId | "preflight" | "verdict" | "whole";

const TITLES: Record<RunDetail["kind"], string> = {
  migrate: "Migration",
  "catch-up": "Catch-up",
  reset: "Reset to v15",
  verify: "Verification",
};

/** What the grouping of lines depends on. */
export type LogOutline = Pick<RunDetail, "kind"> & {
  phases: Pick<RunDetail["phases"][number], "id" | "title" | "startedAt" | "finishedAt">[];
};

/** The parts of a run in order: preflight, phases, verdict; one part for a run without phases. Pure. */
export function toLogPlaces({ kind, phases }: LogOutline): { id: LogPlace; title: string }[] {
  if (phases.length === 0) return [{ id: "whole", title: TITLES[kind] }];
  return [
    { id: "preflight", title: "Preflight" },
    ...phases.map(({ id, title }, index) => ({ id, title: `${index + 1} ${title}` })),
    { id: "verdict", title: "Verdict" },
  ];
}

/**
 * Finds the part each line belongs to, asked in their order. Phases may overlap in time, their lines do not mix. What no
 * phase owns but is said in the middle of one, such as a pause, stands where it was said.
 *
 * @returns gives the index into `toLogPlaces` of the same run.
 */
export function createPlacer(outline: LogOutline): (line: LogEvent) => number {
  const { phases } = outline;
  const ofPhase = new Map(phases.map(({ id }, index) => [id, index + 1]));
  let present: number | null = null;
  return (line) => {
    if (phases.length === 0) return 0;
    const own = line.phase === null ? undefined : ofPhase.get(line.phase);
    if (own !== undefined) present = own;
    if (own !== undefined || present === null) return own ?? 0;
    return isBeforeVerdict(outline, line.at) ? present : phases.length + 1;
  };
}

/** Whether at that time some phase of the run was still to be finished. */
function isBeforeVerdict({ kind, phases }: LogOutline, at: string): boolean {
  // A catch-up has fewer phases: those that never began are not waited for. ISO times of one form compare as text.
  return phases.some(({ startedAt, finishedAt }) =>
    startedAt === null ? kind === "migrate" : finishedAt === null || finishedAt > at,
  );
}
