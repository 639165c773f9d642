import type { AddCommand } from "@/lib/cli/command";
import { plain } from "@/lib/cli/terminal";
import { readDatabaseAddress } from "@/lib/db/client";
import { readConnectionReport } from "@/lib/db/connection-report";
import { runWorker } from "@/lib/migration";

/** `worker`: executes queued runs until it is told to stop; the run at hand is left interrupted and can be resumed. */
export const addWorker: AddCommand = (program, start) => {
  program
    .command("worker")
    .description("execute queued runs until stopped")
    .action(
      start(async ({ terminal, signal, target }) => {
        const database = await target();
        const { name, host, port } = readDatabaseAddress(database.connectionString);
        terminal.note(plain(`Waiting for runs on ${name} at ${host}:${port}.`));
        // Where there is no answer yet, the worker waits for one and nothing has to be warned of.
        const { warnings } = await readConnectionReport(database).catch(() => ({ warnings: [] }));
        for (const { message, remedy } of warnings) terminal.note(plain(`${message} ${remedy}`));
        await runWorker(database, { signal });
        return signal.aborted ? 130 : 0;
      }, "graceful"),
    );
};
