import type { AddCommand } from "@/lib/cli/command";
import { plain } from "@/lib/cli/terminal";
import { readDatabaseAddress } from "@/lib/db/client";
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
        await runWorker(database, { signal });
        return signal.aborted ? 130 : 0;
      }, "graceful"),
    );
};
