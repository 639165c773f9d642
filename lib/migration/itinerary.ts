import type { Phase, PlanContext, Step } from "@/lib/migration/phase";
import { PHASES } from "@/lib/migration/phases";

/** One way through phases, and which of their steps are done on it. */
export interface Pass {
  phases: readonly Phase[];
  parts: readonly Step["part"][];
}

/**
 * The passes of a migration, in order. Normally each phase comes once. Where a foreign key on
 * `session_summaries.source_ip` is already live, a session cannot get an address whose parent table is not ready, and
 * where an inventory is, the sweep writes into it: then the structure of phases 1 to 3 comes first. Pure.
 */
export function itinerary(plan: PlanContext): Pass[] {
  const isParentLive = plan.inspection.live.constraints.some(
    ({ table, kind, definition }) =>
      table === "session_summaries" && kind === "foreign-key" && definition.startsWith("FOREIGN KEY (source_ip)"),
  );
  const ahead: Pass = { phases: PHASES.slice(0, 3), parts: ["structure"] };
  const isAnythingAhead = ahead.phases.some((phase) => phase.plan(plan).some((step) => step.part === "structure"));
  const everything: Pass = { phases: PHASES, parts: ["structure", "data"] };
  // A sweep writes rows of inventories that are there: they must have their declared shape by then.
  const isInventoryLive = plan.sweepShape.inventories.length > 0;
  return (isParentLive || isInventoryLive) && isAnythingAhead ? [ahead, everything] : [everything];
}

/** The steps of all passes in the order in which a run does them, from one look at the database. Pure. */
export function stepsInOrder(plan: PlanContext): { phase: Phase; step: Step }[] {
  const passes = itinerary(plan);
  return passes.flatMap(({ phases, parts }, index) => {
    // A run looks anew before each phase: what an earlier pass has done is in place by then.
    const isDone = (phase: Phase, { part }: Step) =>
      passes.slice(0, index).some((earlier) => earlier.phases.includes(phase) && earlier.parts.includes(part));
    return phases.flatMap((phase) =>
      phase
        .plan(plan)
        .filter((step) => parts.includes(step.part) && !isDone(phase, step))
        .map((step) => ({ phase, step })),
    );
  });
}
