import type pg from "pg";
import type { RunError, RunEvent } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { isConnectionLoss } from "@/lib/db/connection-loss";
import { toRunError } from "@/lib/db/database-error";
import { openSeverablePool } from "@/lib/db/pool";
import { StaleEpochError } from "@/lib/logs/log-store";
import { catchUp, migrate } from "@/lib/migration/engine";
import {
  CheckFailedError,
  RunCancelledError,
  RunStoppedError,
  RunTakenOverError,
  StepFailedError,
} from "@/lib/migration/errors";
import { resetToV15 } from "@/lib/migration/reset/reset";
import { guardConnection } from "@/lib/migration/run/connection-guard";
import { openControl } from "@/lib/migration/run/control";
import { describeDiskFull, isDiskFull } from "@/lib/migration/run/disk-full";
import { failpoint } from "@/lib/migration/run/failpoints";
import { type ClaimedRun, finishRun } from "@/lib/migration/run/journal";
import { readLimits } from "@/lib/migration/run/limits";
import { reconnect } from "@/lib/migration/run/reconnect";
import { openReport } from "@/lib/migration/run/report";
import type { RunContext } from "@/lib/migration/run/run-context";
import { RefusalError } from "@/lib/refusal";

/** How a run ended in this process. */
export interface RunOutcome {
  runId: number;
  status: "succeeded" | "failed" | "cancelled" | "interrupted";
  error: RunError | null;
}

/** How a run is told to end by the process that executes it. */
export interface Interruption {
  /** Asks to stop: the batch in hand is finished, and a statement that goes on for long is cancelled. */
  signal: AbortSignal;
  /** Cancels the statement in hand at once. */
  urgent?: AbortSignal;
}

/**
 * Executes a claimed run, journals its end and reports it. Never throws for what the run itself meets: the outcome says
 * it. A lost connection is waited for, with a full disk the run pauses by itself; either way it then goes on from what
 * the database shows.
 *
 * @param client holds the run lock; its owner ends it.
 */
export async function executeClaimed(
  target: DatabaseTarget,
  client: pg.Client,
  run: ClaimedRun,
  options: Interruption & { onEvent: (event: RunEvent) => void },
): Promise<RunOutcome> {
  const startedAt = performance.now();
  const { pool, sever: severPool } = openSeverablePool(target, RUN_CONNECTIONS);
  const report = openReport(pool, run, options.onEvent);
  const control = openControl(pool, run, report, options.signal);
  const helpers = new Set<pg.Client>();
  const context: RunContext = { target, run, client, helpers, pool, severPool, report, limits: readLimits(), control };
  control.watch(client);
  report.emit({ type: "run-started", runId: run.id, kind: run.kind, resumed: run.isResumed });
  failpoint("claimed");
  const guard = guardConnection(context, options.urgent);
  const outcome = await performRun(context).finally(() => guard.close());
  await control.close();
  await pool.end().catch(() => {});
  if (context.client !== client) await context.client.end().catch(() => {});
  report.emit({
    type: "run-finished",
    runId: run.id,
    status: outcome.status,
    durationMs: Math.round(performance.now() - startedAt),
    error: outcome.error,
  });
  return { runId: run.id, ...outcome };
}

/** Journal, heartbeat, the look for blockers and the look at how others fare, at once. */
const RUN_CONNECTIONS = 4;

/** A run that loses its connection more often than this is left to the operator. */
const MOST_LOSSES = 10;

async function performRun(context: RunContext): Promise<Omit<RunOutcome, "runId">> {
  const { run, pool, report, control } = context;
  if (run.isResumed) await report.log("info", null, "Resumed: going on from what the database shows").catch(() => {});
  let losses = 0;
  let pausedFor: RunError | null = null;
  for (;;) {
    try {
      if (pausedFor !== null) await control.pauseFor(pausedFor);
      pausedFor = null;
      await control.checkpoint();
      await performKind(context);
      await finishRun(pool, run, { status: "succeeded", error: null });
      return { status: "succeeded", error: null };
    } catch (met) {
      // Whatever a statement throws once the run was told to end (57014) is that end, not a failure.
      const cause = control.signal.aborted ? control.signal.reason : met;
      if (cause instanceof RunTakenOverError || cause instanceof StaleEpochError)
        return { status: "interrupted", error: toRunError(cause) };
      if (cause instanceof RunStoppedError) return stopped(context);
      if (cause instanceof RunCancelledError) return cancelled(context);
      if (isDiskFull(causeOf(cause)) && run.kind !== "reset") {
        pausedFor = await describeDiskFull(context, errorOf(cause));
        continue;
      }
      if (!isLost(cause)) return failed(context, cause);
      losses += 1;
      if (losses > MOST_LOSSES) return lost(context);
      const outcome = await comeBack(context, cause);
      if (outcome !== null) return outcome;
    }
  }
}

/** Waits for the database; null: it is back, and the run goes on. */
async function comeBack(context: RunContext, cause: unknown): Promise<Omit<RunOutcome, "runId"> | null> {
  try {
    if (await reconnect(context, causeOf(cause))) return null;
    // Nothing can be stored where nothing answers: whoever looks finds the run without lock and heartbeat.
    context.severPool();
    return { status: "interrupted", error: LOST };
  } catch (met) {
    if (met instanceof RunTakenOverError) return { status: "interrupted", error: toRunError(met) };
    if (met instanceof RunStoppedError) return stopped(context);
    if (met instanceof RunCancelledError) return cancelled(context);
    return isLost(met) ? lost(context) : failed(context, met);
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

async function cancelled({ run, pool, report }: RunContext): Promise<Omit<RunOutcome, "runId">> {
  await report
    .log("warn", null, "Cancelled; what is done stays done, and the next run goes on from there")
    .catch(() => {});
  await finishRun(pool, run, { status: "cancelled", error: null }).catch(() => {});
  return { status: "cancelled", error: null };
}

async function stopped({ run, pool, report }: RunContext): Promise<Omit<RunOutcome, "runId">> {
  await report.log("warn", null, "Stopped between two steps; resuming goes on from here").catch(() => {});
  await finishRun(pool, run, { status: "interrupted", cause: "shutdown", error: null }).catch(() => {});
  return { status: "interrupted", error: null };
}

const LOST: RunError = {
  sqlstate: null,
  message: "The connection of the run to the database was lost.",
  statement: null,
  remedy: "Resume the run when the database answers: it goes on from what the database shows.",
};

/** The connection was lost too often: the operator decides when it is worth another try. */
async function lost({ run, pool, report }: RunContext): Promise<Omit<RunOutcome, "runId">> {
  await report.log("error", null, LOST.message).catch(() => {});
  await finishRun(pool, run, { status: "interrupted", cause: "lost", error: LOST }).catch(() => {});
  return { status: "interrupted", error: LOST };
}

function isLost(cause: unknown): boolean {
  return isConnectionLoss(causeOf(cause));
}

/** What PostgreSQL said, without the step it said it to. */
function causeOf(cause: unknown): unknown {
  return cause instanceof StepFailedError ? cause.cause : cause;
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
