import { CommanderError } from "commander";
import type { ExitCode } from "@/lib/cli/command";
import { plain, type Terminal } from "@/lib/cli/terminal";
import type { Refusal, RunError } from "@/lib/contract";
import { type DatabaseTarget, toUnreachable } from "@/lib/db/client";
import { isConnectionLoss } from "@/lib/db/connection-loss";
import { toRunError } from "@/lib/db/database-error";
import { ConfigurationError } from "@/lib/env";
import { redact } from "@/lib/redact";
import { RefusalError } from "@/lib/refusal";

/**
 * Prints why a command did not do its work, and gives its exit code. A refusal is one object on stdout with `--json`;
 * everything else goes to stderr. The one sink of messages: no password passes.
 */
export function printFailure(terminal: Terminal, cause: unknown, target: DatabaseTarget | null): ExitCode {
  const refusal = toRefusalError(cause, target);
  if (refusal === null) {
    printRunError(terminal, toRunError(cause));
    return 1;
  }
  const { error } = refusal.toRefusal();
  const message = redact(error.message);
  const remedy = redact(toCommand(error));
  if (terminal.isJson) terminal.json({ error: { ...error, message, remedy } });
  else {
    terminal.note(plain(message));
    terminal.note(`  ${plain(remedy)}`);
  }
  return refusal.exitCode;
}

/** A failure as a person reads it, on stderr: message with SQLSTATE, statement, remedy. */
export function printRunError(terminal: Terminal, error: RunError): void {
  terminal.note(plain(redact(error.sqlstate === null ? error.message : `${error.message} (${error.sqlstate})`)));
  if (error.statement !== null) terminal.note(`  statement: ${plain(redact(error.statement))}`);
  if (error.remedy !== null) terminal.note(`  ${plain(redact(error.remedy))}`);
}

/** The remedy, by the command that does it where there is one. */
function toCommand({ remedy, activeRun }: Refusal["error"]): string {
  if (activeRun === null) return remedy;
  return `Follow it: tidemark logs ${activeRun.id} --follow; start again when it has ended.`;
}

function toRefusalError(cause: unknown, target: DatabaseTarget | null): RefusalError | null {
  if (cause instanceof RefusalError) return cause;
  if (cause instanceof ConfigurationError) return new RefusalError("usage", cause.message, cause.remedy);
  if (cause instanceof CommanderError) return toUsage(cause);
  if (target !== null && isConnectionLoss(cause)) {
    const unreachable = toUnreachable(target, cause);
    if (unreachable instanceof RefusalError) return unreachable;
  }
  return null;
}

function toUsage(cause: CommanderError): RefusalError {
  // Commander's messages begin with "error: "; without a command it throws its help instead.
  const message = cause.code === "commander.help" ? "Name a command." : cause.message.replace(/^error: /, "");
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return new RefusalError("usage", sentence, "See `tidemark --help` and docs/cli.md.");
}
