import type { ExitCode, Session } from "@/lib/cli/command";
import { printRunError } from "@/lib/cli/failure";
import { createProgressLines, createRunFoot } from "@/lib/cli/run-foot";
import { watchStanding } from "@/lib/cli/run-standing";
import { plain, type Terminal } from "@/lib/cli/terminal";
import { formatCount, formatDuration } from "@/lib/cli/text";
import type { LogEvent, RunError, RunEvent } from "@/lib/contract";
import { toRunError } from "@/lib/db/database-error";

type RunFinished = Extract<RunEvent, { type: "run-finished" }>;
type Outcome = Pick<RunFinished, "status" | "error">;

/**
 * Executes a run in the foreground and shows its events as they happen. What is thrown before `run-started` is a
 * refusal and passes through; once `run-started` was printed, `run-finished` is the last line, whatever happens.
 */
export async function runInForeground(
  session: Session,
  execute: (onEvent: (event: RunEvent) => void) => Promise<{ status: string; error: RunError | null }>,
): Promise<ExitCode> {
  const { terminal, signal, urgent } = session;
  const view = createRunView(terminal);
  session.beforeForcedExit(() => view.finish({ status: "interrupted", error: null }));
  const say = (text: string) => () => {
    if (view.runId() !== null) terminal.note(text);
  };
  signal.addEventListener("abort", say("Stopping after the batch at hand. Once more cancels the statement."));
  urgent.addEventListener(
    "abort",
    say("Cancelling the statement at hand. Once more ends the process where it stands."),
  );
  const standing = watchStanding(session, view.runId, view.stand);
  let outcome: { status: string; error: RunError | null };
  try {
    outcome = await execute(view.show);
  } catch (cause) {
    if (!view.isOpen()) throw cause;
    outcome = { status: signal.aborted ? "interrupted" : "failed", error: toRunError(cause) };
  } finally {
    standing.stop();
  }
  view.finish({ status: toFinalStatus(outcome.status), error: outcome.error });
  if (outcome.status === "succeeded") return 0;
  return signal.aborted ? 130 : 1;
}

function toFinalStatus(status: string): RunFinished["status"] {
  return status === "succeeded" || status === "cancelled" || status === "interrupted" ? status : "failed";
}

function createRunView(terminal: Terminal) {
  let runId: number | null = null;
  let startedAt = 0;
  let isFinished = false;
  const foot = createRunFoot(terminal);
  const toProgressLine = createProgressLines();

  function showToPerson(event: RunEvent): void {
    foot.take(event);
    if (event.type === "run-finished") terminal.foot(null);
    else if (event.type !== "log") terminal.foot(foot.lines());
    const line = event.type === "progress" && !terminal.hasFoot ? toProgressLine(event) : null;
    if (line !== null) terminal.line(line);
    print(terminal, event);
  }

  function show(event: RunEvent): void {
    if (event.type === "run-started") {
      runId = event.runId;
      startedAt = performance.now();
    }
    if (event.type === "run-finished") {
      if (isFinished) return;
      isFinished = true;
    }
    if (terminal.isJson) terminal.json(event);
    else showToPerson(event);
  }

  return {
    show,
    /** Null before the run began and after `run-finished`. */
    runId: () => (isFinished ? null : runId),
    isOpen: () => runId !== null,
    /** Says at the foot why it does not go on; null when it does. */
    stand(text: string | null) {
      foot.stand(text);
      if (!isFinished) terminal.foot(foot.lines());
    },
    /** Does nothing before the run began or after `run-finished`. */
    finish({ status, error }: Outcome) {
      if (runId === null || isFinished) return;
      show({ type: "run-finished", runId, status, durationMs: Math.round(performance.now() - startedAt), error });
    },
  };
}

function print(terminal: Terminal, event: RunEvent): void {
  const { colors } = terminal;
  switch (event.type) {
    case "run-started":
      terminal.line(colors.bold(`Run ${event.runId}: ${event.kind}${event.resumed ? ", resumed" : ""}`));
      break;
    case "log":
      terminal.line(toLogLine(terminal, event));
      break;
    case "progress":
    case "phase-started":
      break;
    case "phase-finished": {
      const facts = `${formatCount(event.rows)} rows, ${formatDuration(event.durationMs)}`;
      terminal.line(colors.dim(`${event.phase ?? "run"}: ${facts}`));
      break;
    }
    case "run-finished": {
      const text = `Run ${event.runId} ${event.status} after ${formatDuration(event.durationMs)}.`;
      terminal.line(event.status === "succeeded" ? colors.green(text) : colors.red(text));
      if (event.error !== null) printRunError(terminal, event.error);
      break;
    }
    default:
      event satisfies never;
  }
}

const LEVEL_COLOUR = { debug: "dim", info: "reset", warn: "yellow", error: "red" } as const;

/** One line of a log: time of day in UTC, level, message; further lines of it, such as SQL, begin below the first. */
export function toLogLine({ colors }: Terminal, { at, level, message }: LogEvent): string {
  const text = message
    .split("\n")
    .map(plain)
    .join(`\n${" ".repeat(19)}`);
  return `${colors.dim(at.slice(11, 23))} ${colors[LEVEL_COLOUR[level]](`${level.padEnd(5)} ${text}`)}`;
}
