import { type AddCommand, notAvailable } from "@/lib/cli/command";
import { runInForeground } from "@/lib/cli/run-view";
import { runToEnd } from "@/lib/migration";

/** `migrate`: takes the database to v16 in the foreground. */
export const addMigrate: AddCommand = (program, start) => {
  program
    .command("migrate")
    .description("take the database to v16; goes on where an earlier run stopped")
    .option("--strict", "stop before touching anything when a table is incomplete")
    .option("--speed <speed>", "gentle, normal or fast (not available in this version)")
    .option("--until <HH:MM>", "end of the maintenance window (not available in this version)")
    .action(
      start(async (session, options: { strict?: boolean; speed?: string; until?: string }) => {
        if (options.speed !== undefined)
          throw notAvailable("--speed", "Leave it out: the run adapts to the load by itself.");
        if (options.until !== undefined) {
          throw notAvailable("--until", "Leave it out, and stop with Ctrl-C: the next migrate goes on from there.");
        }
        const target = await session.target();
        const isStrict = options.strict ?? false;
        return runInForeground(session, (onEvent) =>
          runToEnd(target, { kind: "migrate", startedBy: "cli", isStrict, signal: session.signal, onEvent }),
        );
      }, "graceful"),
    );
};
