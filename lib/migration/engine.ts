import type { PhaseId } from "@/lib/contract";
import { openLedger } from "@/lib/coverage/ledger";
import { sweepFunctions } from "@/lib/enrichment/sweep-functions";
import { type Inspection, inspect } from "@/lib/inspection/inspection";
import { StepFailedError } from "@/lib/migration/errors";
import { itinerary, type Pass } from "@/lib/migration/itinerary";
import type { Phase, PlanContext, Step, Workload, WorkloadPart } from "@/lib/migration/phase";
import { PHASES } from "@/lib/migration/phases";
import { refuseIneligible } from "@/lib/migration/preflight/eligibility";
import { runPreflight } from "@/lib/migration/preflight/preflight";
import { failpoint } from "@/lib/migration/run/failpoints";
import { inFencedTransaction, type RunContext } from "@/lib/migration/run/run-context";
import { raiseMemory } from "@/lib/migration/run/session-memory";
import { retrySetAsideStep, settleSetAsideStep } from "@/lib/migration/set-aside";
import { executeStep } from "@/lib/migration/steps/execute";
import { reachVerdict } from "@/lib/migration/verdict";
import { readWorkload, toSweepShape } from "@/lib/migration/workload";

/**
 * Brings the database to v16, phase by phase. Safe to call again after any failure: every phase plans from a fresh
 * inspection, and what is already right is left alone.
 *
 * @throws {StepFailedError} at the first step that gives up; {CheckFailedError} from preflight, ledger or verdict.
 */
export async function migrate(context: RunContext): Promise<void> {
  const inspection = await inspectEligible(context);
  await prepare(context, inspection);
  await runPreflight(context, inspection);
  await openLedger(context.client, context.run.id, inspection.live);
  const begun = await readPlanContext(context);
  await runPasses(context, itinerary(begun), begun.workload);
  await settleSetAside(context);
  await reachVerdict(context, { writesVersion: true });
}

/** Fills open and recoverable sessions and computes the inventory rows they touch anew; the version stays. */
export async function catchUp(context: RunContext): Promise<void> {
  const inspection = await inspectEligible(context);
  await prepare(context, inspection);
  await openLedger(context.client, context.run.id, inspection.live);
  if (context.run.options.retriesSetAside) await retrySetAside(context);
  const { workload } = await readPlanContext(context);
  await runPasses(context, [{ phases: PHASES.slice(0, 3), parts: ["data"] }], workload);
  await settleSetAside(context);
  await reachVerdict(context, { writesVersion: false });
}

/** Sessions whose values were set aside: read again, filled where the data was mended; their keys are touched. */
async function retrySetAside(context: RunContext): Promise<void> {
  await context.report.startPhase("source-ip");
  for (const step of retrySetAsideStep(await readPlanContext(context))) await executeStep(context, "source-ip", step);
}

async function settleSetAside(context: RunContext): Promise<void> {
  await executeStep(context, "source-ip", settleSetAsideStep(await readPlanContext(context)));
}

/** A queued run may have waited: what was eligible then is asked again. */
async function inspectEligible({ client, run, target }: RunContext): Promise<Inspection> {
  const inspection = await inspect(client, target.schema, { keepsPlan: true });
  refuseIneligible(inspection, run);
  return inspection;
}

/** The functions of schema `tidemark` that a sweep calls; made anew by each run, so that they are this version's. */
async function prepare(context: RunContext, inspection: Inspection): Promise<void> {
  const recorded = inspection.recordedVersion ?? "nothing";
  await context.report.log("info", null, `Recorded version ${recorded}; looking at what the database shows`);
  await inFencedTransaction(context, async () => {
    for (const statement of sweepFunctions()) await context.client.query(statement);
  });
}

/** @param begun What the rows needed when the run began. */
async function runPasses(context: RunContext, passes: Pass[], begun: Workload): Promise<void> {
  const seen: Seen = { workload: begun };
  const visits = new Map<PhaseId, Visit>();
  for (const [index, pass] of passes.entries()) {
    for (const phase of pass.phases) {
      await context.control.checkpoint();
      await context.report.startPhase(phase.id);
      const visit = visits.get(phase.id) ?? { rows: 0, lines: [] };
      if (!visits.has(phase.id)) await context.report.log("info", phase.id, phase.opening);
      visits.set(phase.id, visit);
      // A connection opened again after it was lost has forgotten it.
      await raiseMemory(context.client);
      await runPhase(context, phase, pass.parts, visit, seen);
      const comesAgain = passes.slice(index + 1).some((later) => later.phases.includes(phase));
      if (comesAgain) continue;
      for (const { object } of phase.guide.filter(({ line }) => !visit.lines.includes(line))) {
        await context.report.log("info", phase.id, `${object} already in place`);
      }
      await context.report.finishPhase(phase.id, visit.rows);
      failpoint("phase-done");
    }
  }
}

/** What the run last saw of the rows: scanning all of them before every phase would take longer than many a phase. */
interface Seen {
  workload: Workload;
}

/** What a phase did in this run, over all passes. */
interface Visit {
  rows: number;
  lines: string[];
}

/** duplicate_column, duplicate_table, duplicate_object; a table made at the same moment shows as a clash of its type. */
const MADE_BY_OTHERS = /^(42701|42P07|42710|23505)$/;
const MOST_PLANS = 3;

/** Plans a phase and does its steps; plans it again where somebody else made an object between plan and step. */
async function runPhase(
  context: RunContext,
  phase: Phase,
  parts: Pass["parts"],
  visit: Visit,
  seen: Seen,
): Promise<void> {
  for (let plans = 1; ; plans += 1) {
    const steps = (await planPhase(context, phase, seen)).filter((step) => parts.includes(step.part));
    try {
      for (const step of steps) {
        visit.rows += await executeStep(context, phase.id, step);
        // What ingest wrote meanwhile is for the closing sweep.
        if (step.kind === "sweep") seen.workload = { ...seen.workload, open: 0, hasRecoverable: false };
        visit.lines.push(...step.announce, ...(step.confirm === null ? [] : [step.confirm]));
      }
      return;
    } catch (cause) {
      const isMadeByOthers =
        cause instanceof StepFailedError &&
        /^(create|add)-/.test(cause.stepId) &&
        MADE_BY_OTHERS.test(cause.runError.sqlstate ?? "");
      if (!isMadeByOthers || plans === MOST_PLANS) throw cause;
      await context.report.log(
        "warn",
        phase.id,
        `${cause.message}; somebody else made it, so the phase is planned anew`,
      );
    }
  }
}

async function planPhase(context: RunContext, phase: Phase, seen: Seen): Promise<Step[]> {
  const plan = await readPlanContext(context, phase.reads, seen.workload);
  seen.workload = plan.workload;
  return phase.plan(plan);
}

async function readPlanContext(
  context: RunContext,
  parts?: readonly WorkloadPart[],
  known?: Workload,
): Promise<PlanContext> {
  const inspection = await inspect(context.client, context.target.schema, { keepsPlan: true });
  return {
    inspection,
    workload: await readWorkload(context.client, inspection, parts, known),
    sweepShape: toSweepShape(inspection),
    recreatedDependents: context.run.options.recreatedDependents ?? [],
  };
}
