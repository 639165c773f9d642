import type { AddCommand } from "@/lib/cli/command";
import { plain } from "@/lib/cli/terminal";
import { formatDuration, formatTime, toTable } from "@/lib/cli/text";
import type { RunSummary } from "@/lib/contract";
import { readRuns } from "@/lib/migration";

/** `runs`: the journal, newest first. */
export const addRuns: AddCommand = (program, start) => {
  program
    .command("runs")
    .description("list runs, newest first")
    .action(
      start(async ({ terminal, target }) => {
        const runs = await readRuns(await target());
        if (terminal.isJson) terminal.json({ runs });
        else if (runs.length === 0) terminal.line("No run yet.");
        else for (const line of toTable(runs.map(toRow), { right: [0] })) terminal.line(line);
        return 0;
      }),
    );
};

function toRow({ id, kind, status, startedAt, finishedAt, startedBy }: RunSummary): string[] {
  const took = finishedAt === null ? "" : formatDuration(Date.parse(finishedAt) - Date.parse(startedAt));
  return [`${id}`, kind, status, formatTime(startedAt), took, plain(startedBy)];
}
