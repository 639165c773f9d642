import type pg from "pg";
import type { RunError, RunEvent } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { toRunError } from "@/lib/db/database-error";
import { sharedPool } from "@/lib/db/pool";
import { isConnectionLoss } from "@/lib/logs/connection-loss";
import { StaleEpochError } from "@/lib/logs/log-store";
import { catchUp, migrate } from "@/lib/migration/engine";
import { CheckFailedError, RunStoppedError, RunTakenOverError, StepFailedError } from "@/lib/migration/errors";
import { type ClaimedRun, finishRun } from "@/lib/migration/journal";
import { readLimits } from "@/lib/migration/limits";
import { openReport } from "@/lib/migration/report";
import { resetToV15 } from "@/lib/migration/reset";
import type { RunContext } from "@/lib/migration/run-context";
import { RefusalError } from "@/lib/refusal";

/** How a run ended in this process. */
export interface RunOutcome {
  runId: number;
  status: "succeeded" | "failed" | "cancelled" | "interrupted";
  error: RunError | null;
}

/** How long a statement may go on after the process was asked to stop, in milliseconds; then the server cancels it. */
const STOP_GRACE_MS = 2_000;

/**
 * Executes a claimed run on the connection that holds the run lock, journals its end and reports it. Never throws for
 * what the run itself meets: the outcome says it.
 */
export async function executeClaimed(
  target: DatabaseTarget,
  client: pg.Client,
  run: ClaimedRun,
  options: { signal: AbortSignal; onEvent: (event: RunEvent) => void },
): Promise<RunOutcome> {
  const startedAt = performance.now();
  const pool = sharedPool(target);
  const report = openReport(pool, run, options.onEvent);
  const context: RunContext = { target, run, client, pool, report, limits: readLimits(), signal: options.signal };
  report.emit({ type: "run-started", runId: run.id, kind: run.kind, resumed: run.isResumed });
  const disarm = cancelWhenAsked(context);
  const outcome = await performRun(context).finally(disarm);
  report.emit({
    type: "run-finished",
    runId: run.id,
    status: outcome.status,
    durationMs: Math.round(performance.now() - startedAt),
    error: outcome.error,
  });
  return { runId: run.id, ...outcome };
}

async function performRun(context: RunContext): Promise<Omit<RunOutcome, "runId">> {
  const { run, pool, report } = context;
  try {
    if (run.isResumed) await report.log("info", null, "Resumed: going on from what the database shows");
    await performKind(context);
    await finishRun(pool, run, { status: "succeeded", error: null });
    return { status: "succeeded", error: null };
  } catch (cause) {
    if (cause instanceof RunTakenOverError || cause instanceof StaleEpochError)
      return { status: "interrupted", error: toRunError(cause) };
    // Whatever a statement throws once the process was asked to stop (57014) is the stop, not a failure.
    const isStop = cause instanceof RunStoppedError || context.signal.aborted;
    if (isStop) return stopped(context);
    return isLost(cause) ? lost(context) : failed(context, cause);
  }
}

async function performKind(context: RunContext): Promise<void> {
  switch (context.run.kind) {
    case "migrate":
      return migrate(context);
    case "catch-up":
      return catchUp(context);
    case "reset":
      return resetToV15(context);
    case "verify":
      throw new Error("verify takes no run lock and is not executed as a claimed run");
    default:
      return context.run.kind satisfies never;
  }
}

async function stopped({ run, pool, report }: RunContext): Promise<Omit<RunOutcome, "runId">> {
  await report.log("warn", null, "Stopped between two steps; resuming goes on from here").catch(() => {});
  await finishRun(pool, run, { status: "interrupted", cause: "shutdown", error: null });
  return { status: "interrupted", error: null };
}

/** The connection that held the run lock is gone, and with it the lock: the database shows how far the run came. */
async function lost({ run, pool, report }: RunContext): Promise<Omit<RunOutcome, "runId">> {
  const error: RunError = {
    sqlstate: null,
    message: "The connection of the run to the database was lost.",
    statement: null,
    remedy: "Resume the run when the database answers: it goes on from what the database shows.",
  };
  await report.log("error", null, error.message).catch(() => {});
  await finishRun(pool, run, { status: "interrupted", cause: "lost", error }).catch(() => {});
  return { status: "interrupted", error };
}

function isLost(cause: unknown): boolean {
  return isConnectionLoss(cause instanceof StepFailedError ? cause.cause : cause);
}

async function failed({ run, pool, report }: RunContext, cause: unknown): Promise<Omit<RunOutcome, "runId">> {
  const error = errorOf(cause);
  const phase = cause instanceof StepFailedError ? cause.phase : null;
  const sqlstate = error.sqlstate === null ? "" : `${error.sqlstate} `;
  // With the database gone neither line nor outcome can be stored: the next process finds the run interrupted.
  await report.log("error", phase, `${sqlstate}${error.message}`).catch(() => {});
  await report.failPhase().catch(() => {});
  await finishRun(pool, run, { status: "failed", error }).catch(() => {});
  return { status: "failed", error };
}

function errorOf(cause: unknown): RunError {
  if (cause instanceof StepFailedError || cause instanceof CheckFailedError) return cause.runError;
  return toRunError(cause, cause instanceof RefusalError ? { remedy: cause.remedy } : {});
}

/** Lets the server cancel what still runs some seconds after the process was asked to stop. */
function cancelWhenAsked(context: RunContext): () => void {
  let timer: NodeJS.Timeout | undefined;
  const arm = () => {
    timer = setTimeout(() => {
      const { processID } = context.client as pg.Client & { processID: number | null };
      void context.pool.query("select pg_cancel_backend($1)", [processID]).catch(() => {});
    }, STOP_GRACE_MS);
  };
  context.signal.addEventListener("abort", arm, { once: true });
  return () => {
    context.signal.removeEventListener("abort", arm);
    clearTimeout(timer);
  };
}
