import { once } from "node:events";
import { CommanderError } from "commander";
import type { ExitCode, Session, Start } from "@/lib/cli/command";
import { printFailure } from "@/lib/cli/failure";
import type { Interruption } from "@/lib/cli/interruption";
import { createProgram } from "@/lib/cli/program";
import { createTerminal, type Stream } from "@/lib/cli/terminal";
import type { DatabaseTarget } from "@/lib/db/client";
import { readTarget } from "@/lib/db/target";

/** What a command line runs in. */
export interface Surroundings {
  stdout: Stream;
  stderr: Stream;
  interruption: Interruption;
}

/** Executes `args` (without the program's name) and gives the exit code; never throws. */
export async function executeCommandLine(
  args: string[],
  { stdout, stderr, interruption }: Surroundings,
): Promise<ExitCode> {
  const terminal = createTerminal({ isJson: args.includes("--json"), stdout, stderr });
  const { signal, urgent, beforeForcedExit } = interruption;
  let target: DatabaseTarget | null = null;
  const session: Session = {
    terminal,
    signal,
    urgent,
    beforeForcedExit,
    async target() {
      target ??= await readTarget();
      return target;
    },
  };

  let exitCode: ExitCode = 0;
  const start: Start =
    (work, ending) =>
    async (...given) => {
      const done = work(session, ...given);
      // A run goes on when nobody reads its events any more: its log is in the database.
      const endings = ending === "graceful" ? [] : [abortOf(signal, 130), abortOf(terminal.closed, 0)];
      exitCode = await Promise.race([done, ...endings]);
    };

  const write = { writeOut: (text: string) => stdout.write(text), writeErr: (text: string) => stderr.write(text) };
  try {
    await createProgram(start, write).parseAsync(args, { from: "user" });
    return exitCode;
  } catch (cause) {
    if (cause instanceof CommanderError && cause.exitCode === 0) return 0;
    return signal.aborted ? 130 : printFailure(terminal, cause, target);
  }
}

async function abortOf(signal: AbortSignal, exitCode: ExitCode): Promise<ExitCode> {
  if (!signal.aborted) await once(signal, "abort");
  return exitCode;
}
