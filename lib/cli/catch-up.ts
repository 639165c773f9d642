import type { AddCommand } from "@/lib/cli/command";
import { type PaceOptions, speedOption, toPace } from "@/lib/cli/pace";
import { runInForeground } from "@/lib/cli/run-view";
import { witnessedRun } from "@/lib/cli/witness";
import { runToEnd } from "@/lib/migration";

/** `catch-up`: takes the sessions that ingest wrote after the sweep passed. */
export const addCatchUp: AddCommand = (program, start) => {
  program
    .command("catch-up")
    .description("fill in open and recoverable sessions")
    .addOption(speedOption())
    .option("--deep", "fingerprint all sessions before and after, instead of a sample")
    .action(
      start(async (session, { deep: isDeep = false, ...pace }: PaceOptions & { deep?: boolean }) => {
        const { signal, urgent } = session;
        const target = await session.target();
        return runInForeground(session, (onEvent) =>
          witnessedRun(target, "catch-up", onEvent, (tell) =>
            runToEnd(target, {
              kind: "catch-up",
              startedBy: "cli",
              isStrict: false,
              isDeep,
              ...toPace(pace),
              signal,
              urgent,
              onEvent: tell,
            }),
          ),
        );
      }, "graceful"),
    );
};
