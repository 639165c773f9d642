import type { AddCommand } from "@/lib/cli/command";
import { type PaceOptions, speedOption, toPace, untilOption } from "@/lib/cli/pace";
import { recreateViewOption } from "@/lib/cli/recreate-view";
import { runInForeground } from "@/lib/cli/run-view";
import { witnessedRun } from "@/lib/cli/witness";
import { runToEnd } from "@/lib/migration";

interface MigrateOptions extends PaceOptions {
  strict?: boolean;
  deep?: boolean;
  recreateView?: string[];
}

/** `migrate`: takes the database to v16 in the foreground. */
export const addMigrate: AddCommand = (program, start) => {
  program
    .command("migrate")
    .description("take the database to v16; goes on where an earlier run stopped")
    .option("--strict", "stop before touching anything when a table is incomplete")
    .addOption(recreateViewOption())
    .addOption(speedOption())
    .addOption(untilOption())
    .option("--deep", "fingerprint all sessions before and after, instead of a sample")
    .action(
      start(
        async (session, { strict: isStrict = false, deep: isDeep = false, recreateView, ...pace }: MigrateOptions) => {
          const { signal, urgent } = session;
          const target = await session.target();
          return runInForeground(session, (onEvent) =>
            witnessedRun(target, "run-migration", onEvent, (tell) =>
              runToEnd(target, {
                kind: "migrate",
                startedBy: "cli",
                isStrict,
                isDeep,
                ...(recreateView === undefined ? {} : { recreatedDependents: recreateView }),
                ...toPace(pace),
                signal,
                urgent,
                onEvent: tell,
              }),
            ),
          );
        },
        "graceful",
      ),
    );
};
