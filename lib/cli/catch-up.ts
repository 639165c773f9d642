import type { AddCommand } from "@/lib/cli/command";
import { runInForeground } from "@/lib/cli/run-view";
import { runToEnd } from "@/lib/migration";

/** `catch-up`: takes the sessions that ingest wrote after the sweep passed. */
export const addCatchUp: AddCommand = (program, start) => {
  program
    .command("catch-up")
    .description("fill in open and recoverable sessions")
    .action(
      start(async (session) => {
        const target = await session.target();
        return runInForeground(session, (onEvent) =>
          runToEnd(target, { kind: "catch-up", startedBy: "cli", isStrict: false, signal: session.signal, onEvent }),
        );
      }, "graceful"),
    );
};
