import "server-only";
import type { Answer, Plan, PlanOutlook, Status } from "@/lib/contract";
import { readOutlook, readPlan } from "@/lib/migration";
import { answer, answerStatus } from "@/lib/queries/answers";

/**
 * The steps still to do. Views in the way of a repair are planned for as if the operator had agreed to them: what is
 * agreed to is then in sight, and the run asks for it all the same.
 *
 * @param viewsInTheWay their names, out of the diagnosis.
 */
export async function answerPlan(viewsInTheWay: (status: Status) => string[]): Promise<Answer<Plan>> {
  const status = await answerStatus();
  if (!status.ok) return status;
  return answer((target) => readPlan(target, { recreatedDependents: viewsInTheWay(status.value) }));
}

/** What a run would say before its first step: hazards, disk, types, census. */
export function answerOutlook(): Promise<Answer<PlanOutlook>> {
  return answer(async (target) => ({ lines: await readOutlook(target) }));
}
