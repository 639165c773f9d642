import { type AddCommand, parseNumber, type Session } from "@/lib/cli/command";
import { toLogLine } from "@/lib/cli/run-view";
import type { LogEvent } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { followRun, readAllLogLines, readRun } from "@/lib/migration";
import { RefusalError } from "@/lib/refusal";

/** `logs`: the stored lines of a run; with `--follow` also those to come, until it ends. */
export const addLogs: AddCommand = (program, start) => {
  program
    .command("logs")
    .description("print the log of a run")
    .argument("<run id>", "number of the run, as `runs` lists it", parseNumber)
    .option("--follow", "go on with what comes, until the run ends")
    .action(
      start(async (session, runId: number, { follow = false }: { follow?: boolean }) => {
        const target = await session.target();
        if ((await readRun(target, runId)) === null) {
          throw new RefusalError("usage", `There is no run ${runId}.`, "See `tidemark runs` for those there are.");
        }
        const lines = follow ? readAndFollow(session, target, runId) : readStored(target, runId);
        for await (const line of lines) {
          if (session.terminal.isJson) session.terminal.json(line);
          else session.terminal.line(toLogLine(session.terminal, line));
          await session.terminal.drained();
        }
        return 0;
      }),
    );
};

async function* readStored(target: DatabaseTarget, runId: number): AsyncGenerator<LogEvent> {
  for await (const page of readAllLogLines(target, runId)) yield* page;
}

async function* readAndFollow({ signal }: Session, target: DatabaseTarget, runId: number): AsyncGenerator<LogEvent> {
  for await (const item of followRun(target, runId, { afterSeq: 0, signal })) {
    if (item.type === "log") yield item;
  }
}
