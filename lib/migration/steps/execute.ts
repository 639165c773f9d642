import type { PhaseId } from "@/lib/contract";
import { toRunError } from "@/lib/db/database-error";
import { endsRun, StepFailedError } from "@/lib/migration/errors";
import type { StatementStep, Step, TransactionStep } from "@/lib/migration/phase";
import { failpoint } from "@/lib/migration/run/failpoints";
import { inFencedTransaction, type RunContext } from "@/lib/migration/run/run-context";
import { runDivided } from "@/lib/migration/steps/divided";
import { retryTransient } from "@/lib/migration/steps/retry";
import { sweep } from "@/lib/migration/steps/sweep";

/**
 * Does one step and says so: announce, work, confirm. All effects of a run pass through here.
 *
 * @returns rows changed.
 * @throws {StepFailedError} with SQLSTATE, statement and remedy; {RunStoppedError}; {RunTakenOverError}.
 */
export async function executeStep(context: RunContext, phase: PhaseId, step: Step): Promise<number> {
  await context.control.checkpoint();
  failpoint("step-begun");
  for (const line of step.announce) await context.report.log("info", phase, line);
  const rows = await performStep(context, phase, step);
  if (step.confirm !== null) await context.report.log("info", phase, step.confirm);
  return rows;
}

async function performStep(context: RunContext, phase: PhaseId, step: Step): Promise<number> {
  switch (step.kind) {
    case "statement":
      return runStatement(context, phase, step);
    case "transaction": {
      const { divide } = step;
      if (divide === undefined) return runTransaction(context, phase, step);
      return runDivided(context, { ...step, divide }, (own, sql) => runTransaction(own, phase, { ...step, sql }));
    }
    case "sweep":
      return sweep(context, phase, step);
    default:
      return step satisfies never;
  }
}

async function runStatement(context: RunContext, phase: PhaseId, step: StatementStep): Promise<number> {
  let isFirst = true;
  await withRetries(context, phase, step.id, step.sql, async () => {
    await context.client.query(`set lock_timeout = ${context.limits.indexWaitMs}`);
    if (!isFirst && step.undo !== null) await context.client.query(step.undo);
    isFirst = false;
    await context.client.query(step.sql);
  });
  failpoint("statement-done");
  return 0;
}

async function runTransaction(context: RunContext, phase: PhaseId, step: TransactionStep): Promise<number> {
  let statement = step.sql[0] ?? "";
  const rows = await withRetries(
    context,
    phase,
    step.id,
    () => statement,
    () =>
      inFencedTransaction(context, async () => {
        await context.client.query(`set local lock_timeout = ${context.limits.lockTimeoutMs}`);
        let changed = 0;
        for (const sql of step.sql) {
          statement = sql;
          const result = await context.client.query<{ changed?: number }>(sql);
          changed += result.rows[0]?.changed ?? 0;
        }
        failpoint("transaction-open");
        return changed;
      }),
  );
  failpoint("transaction-done");
  return rows;
}

async function withRetries<T>(
  context: RunContext,
  phase: PhaseId,
  stepId: string,
  statement: string | (() => string),
  attempt: () => Promise<T>,
): Promise<T> {
  const currentStatement = () => (typeof statement === "string" ? statement : statement());
  try {
    return await retryTransient(context, { phase, step: stepId, patienceMs: context.limits.lockPatienceMs }, attempt);
  } catch (cause) {
    if (endsRun(cause)) throw cause;
    throw new StepFailedError(phase, stepId, { cause, statement: currentStatement(), remedy: remedyFor(cause) });
  }
}

function remedyFor(cause: unknown): string {
  switch (toRunError(cause).sqlstate) {
    case "55P03":
      return "End the session named, or wait for it, then run again: what is done stays done.";
    case "42501":
      return "Grant the right named, or let a role that owns the tables run Tidemark, then run again.";
    default:
      return "Mend what the message says, then run again: it goes on from what the database shows.";
  }
}
