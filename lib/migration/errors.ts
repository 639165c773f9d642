import type { PhaseId, RunError } from "@/lib/contract";
import { toRunError } from "@/lib/db/database-error";

/** A step gave up; earlier steps stay applied and a resumed run goes on from there. */
export class StepFailedError extends Error {
  override readonly name = "StepFailedError";
  readonly phase: PhaseId | null;
  readonly stepId: string;
  readonly runError: RunError;

  constructor(phase: PhaseId | null, stepId: string, options: { cause: unknown; statement?: string; remedy: string }) {
    const runError = toRunError(options.cause, {
      remedy: options.remedy,
      ...(options.statement === undefined ? {} : { statement: options.statement }),
    });
    super(`${stepId}: ${runError.message}`, { cause: options.cause });
    this.phase = phase;
    this.stepId = stepId;
    this.runError = runError;
  }
}

/** A check of preflight, ledger or verdict was not met; carries what to do. */
export class CheckFailedError extends Error {
  override readonly name = "CheckFailedError";
  readonly runError: RunError;

  constructor(message: string, remedy: string) {
    super(message);
    this.runError = { sqlstate: null, message, statement: null, remedy };
  }
}

/** The process was asked to stop; the run is interrupted between two batches and can be resumed. */
export class RunStoppedError extends Error {
  override readonly name = "RunStoppedError";

  constructor() {
    super("Stopped between two steps; the run can be resumed.");
  }
}

/** An operator cancelled the run: what is done stays done. */
export class RunCancelledError extends Error {
  override readonly name = "RunCancelledError";

  constructor() {
    super("Cancelled; what is done stays done, and the next run goes on from there.");
  }
}

/** Others held what a step needs for longer than it is waited for. Carries the SQLSTATE of the last try. */
export class BlockedError extends Error {
  override readonly name = "BlockedError";
  readonly code: string | null;

  constructor(cause: unknown, waitedMs: number, blockers: string) {
    const { sqlstate, message } = toRunError(cause);
    super(`${message}; given up after ${Math.round(waitedMs / 1_000)} s${blockers === "" ? "" : `, ${blockers}`}`, {
      cause,
    });
    this.code = sqlstate;
  }
}

/** Another holder claimed the run since; nothing of this one commits any more. */
export class RunTakenOverError extends Error {
  override readonly name = "RunTakenOverError";

  constructor(runId: number) {
    super(`Run ${runId} was taken over by another worker.`);
  }
}

/** Whether `cause` ends the run without being a failure of the step it met. */
export function endsRun(cause: unknown): cause is RunStoppedError | RunCancelledError | RunTakenOverError {
  return cause instanceof RunStoppedError || cause instanceof RunCancelledError || cause instanceof RunTakenOverError;
}
