import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { CommanderError } from "commander";
import type { ExitCode, Session, Start } from "@/lib/cli/command";
import { printFailure } from "@/lib/cli/failure";
import { listenForInterruption } from "@/lib/cli/interruption";
import { createProgram } from "@/lib/cli/program";
import { createTerminal } from "@/lib/cli/terminal";
import type { DatabaseTarget } from "@/lib/db/client";
import { closePools } from "@/lib/db/pool";
import { readTarget } from "@/lib/db/target";

/** How long connections may take to end, in milliseconds; the server notices by itself what is cut off. */
const GOODBYE_MS = 1_000;

async function main(args: string[]): Promise<ExitCode> {
  const terminal = createTerminal({
    isJson: args.includes("--json"),
    stdout: process.stdout,
    stderr: process.stderr,
  });
  const { signal, beforeForcedExit } = listenForInterruption();
  let target: DatabaseTarget | null = null;
  const session: Session = {
    terminal,
    signal,
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
      exitCode = await (ending === "graceful"
        ? done
        : Promise.race([done, aborted(signal, 130), aborted(terminal.closed, 0)]));
    };

  try {
    await createProgram(start).parseAsync(args, { from: "user" });
  } catch (cause) {
    if (cause instanceof CommanderError && cause.exitCode === 0) return 0;
    exitCode = signal.aborted ? 130 : printFailure(terminal, cause, target);
  }
  return exitCode;
}

async function aborted(signal: AbortSignal, exitCode: ExitCode): Promise<ExitCode> {
  if (!signal.aborted) await once(signal, "abort");
  return exitCode;
}

const exitCode = await main(process.argv.slice(2));
await Promise.race([closePools(), wait(GOODBYE_MS)]);
// Idle connections and a half-read pipe would keep the process; whatever was written is out once this write is.
process.stdout.write("", () => process.exit(exitCode));
