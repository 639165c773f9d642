import type { PhaseStatus, PlannedStep } from "@/lib/contract";

/** A step with its place in the whole plan, from 1. */
export type NumberedStep = PlannedStep & { number: number };

/** Steps of one phase that a run does one after the other; none: the phase asks for nothing. */
export interface PlanStretch {
  phase: PhaseStatus;
  steps: NumberedStep[];
  /** Before the round in which the phases follow each other by number. */
  isAhead: boolean;
}

/**
 * A plan in the order of the run, cut where it goes on to another phase. Where tables have to be mended before sessions can
 * be swept into them, a run does that first: then a phase comes more than once. One without a step has its place by its
 * number, in the last round. Pure.
 */
export function toStretches(phases: readonly PhaseStatus[], steps: readonly PlannedStep[]): PlanStretch[] {
  const stretches: PlanStretch[] = [];
  for (const [index, step] of steps.entries()) {
    const phase = phases.find(({ id }) => id === step.phase);
    if (phase === undefined) continue;
    const last = stretches.at(-1);
    const numbered = { ...step, number: index + 1 };
    if (last?.phase === phase) last.steps.push(numbered);
    else stretches.push({ phase, steps: [numbered], isAhead: false });
  }
  const idle = phases.filter((phase) => !stretches.some((stretch) => stretch.phase === phase));
  for (const phase of idle) {
    const place = stretches.findIndex((stretch, index) => index >= lastRound(stretches) && isAfter(stretch, phase));
    stretches.splice(place < 0 ? stretches.length : place, 0, { phase, steps: [], isAhead: false });
  }
  const begin = lastRound(stretches);
  return stretches.map((stretch, index) => ({ ...stretch, isAhead: index < begin }));
}

const isAfter = (stretch: PlanStretch, phase: PhaseStatus) => stretch.phase.number > phase.number;

/** Where the phases begin to follow each other by number, up to the end. */
function lastRound(stretches: readonly PlanStretch[]): number {
  const isBack = ({ phase }: PlanStretch, index: number) => phase.number <= (stretches[index - 1]?.phase.number ?? 0);
  return Math.max(0, stretches.findLastIndex(isBack));
}
