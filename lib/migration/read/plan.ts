import type pg from "pg";
import { ACTIVE_STATUSES, type Plan, type PlannedStep } from "@/lib/contract";
import { hasJournal } from "@/lib/db/console-db";
import { sweepFunctions } from "@/lib/enrichment/sweep-functions";
import type { Inspection } from "@/lib/inspection/inspection";
import { stepsInOrder } from "@/lib/migration/itinerary";
import type { PlanContext, Step } from "@/lib/migration/phase";
import { sweepSql } from "@/lib/migration/phases/data-steps";
import { readWorkload, toSweepShape } from "@/lib/migration/workload";

/**
 * Sessions a second that a sweep, a populate or an index build takes on modest hardware, for the estimate in a plan.
 * Measured with documents of 3.4 KB; a plan says "about".
 */
const ROWS_PER_SECOND: Record<string, number> = {
  sweep: 15_000,
  populate: 40_000,
  "create-index": 400_000,
  "validate-constraint": 400_000,
};

/** The steps that a run would do now, in the order in which it does them, whatever phase each is of. Reads only. */
export async function planSteps(
  client: pg.ClientBase,
  inspection: Inspection,
  options: Pick<PlanContext, "recreatedDependents"> = {},
): Promise<Plan> {
  const context: PlanContext = {
    inspection,
    workload: await readWorkload(client, inspection),
    sweepShape: toSweepShape(inspection),
    ...options,
  };
  const { sessions } = context.workload;
  const measured = await readSweepRate(client);
  const paces = measured === null ? ROWS_PER_SECOND : { ...ROWS_PER_SECOND, sweep: measured };
  const steps = stepsInOrder(context).map(({ phase, step }) => toPlannedStep(phase.id, step, { sessions, paces }));
  return { steps: withFunctionsOnce(steps.map(withoutForesight)) };
}

/** Sessions a second that the run under way sweeps on this very database; null where none does. */
async function readSweepRate(client: pg.ClientBase): Promise<number | null> {
  if (!(await hasJournal(client))) return null;
  const { rows } = await client.query<{ rate: number }>(
    `select p.rows_per_second as rate from tidemark.run_phases as p join tidemark.runs as r on r.id = p.run_id
     where r.status = any($1) and p.phase = 'source-ip' and p.rows_per_second > 0`,
    [ACTIVE_STATUSES],
  );
  return rows[0]?.rate ?? null;
}

/** A run makes the functions of schema tidemark before its first step; printed, they come with the first that calls one. */
function withFunctionsOnce(steps: PlannedStep[]): PlannedStep[] {
  const functions = sweepFunctions();
  const first = steps.findIndex(({ sql }) => sql.some((statement) => /\btidemark\.\w+\(/.test(statement)));
  return steps.map((step, index) => {
    const own = step.kind === "sweep" ? step.sql.slice(functions.length) : step.sql;
    return { ...step, sql: index === first ? [...functions, ...own] : own };
  });
}

/** What a closing sweep takes is what ingest writes until then, where another sweep comes before it: nobody knows. */
function withoutForesight(step: PlannedStep, index: number, steps: PlannedStep[]): PlannedStep {
  const isLater = step.kind === "sweep" && steps.slice(0, index).some(({ kind }) => kind === "sweep");
  return isLater ? { ...step, rows: null, seconds: null } : step;
}

/** What the time of a step is estimated from. */
interface Measure {
  sessions: number;
  /** Rows a second, by the effect of a step. */
  paces: Record<string, number>;
}

function toPlannedStep(phase: PlannedStep["phase"], step: Step, measure: Measure): PlannedStep {
  return {
    id: step.id,
    phase,
    kind: step.kind,
    sql: step.kind === "sweep" ? sweepSql(step) : step.kind === "statement" ? [step.sql] : step.sql,
    lock: step.lock,
    rows: step.rows,
    seconds: estimateSeconds(step, measure),
    log: [...step.announce, ...(step.confirm === null ? [] : [step.confirm])],
  };
}

function estimateSeconds(step: Step, { sessions, paces }: Measure): number | null {
  const [effect = ""] = step.id.split(":");
  const pace = paces[effect];
  if (pace === undefined) return step.rows === 0 ? 0 : null;
  const isOverAll = effect === "populate" || (effect !== "sweep" && step.id.includes("session_summaries"));
  const rows = isOverAll ? sessions : step.rows;
  return rows === null ? null : Math.round((rows / pace) * 10) / 10;
}
