import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { AddCommand } from "@/lib/cli/command";
import { readDatabaseAddress } from "@/lib/db/client";
import { readConnectionReport } from "@/lib/db/connection-report";
import { runWorker } from "@/lib/migration";
import { keepHooks } from "@/lib/telemetry/hooks";
import { openTelemetry } from "@/lib/telemetry/telemetry";

/** How long the batch in hand is waited for after a signal, in milliseconds: who stops services kills them soon after. */
const STOP_PATIENCE_MS = 3_500;

async function patience(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
  await delay(STOP_PATIENCE_MS);
}

/** `worker`: executes queued runs until it is told to stop; the run at hand is left interrupted and can be resumed. */
export const addWorker: AddCommand = (program, start) => {
  program
    .command("worker")
    .description("execute queued runs until stopped")
    .action(
      start(async ({ signal, target }) => {
        const database = await target();
        const { log, onEvent, close } = await openTelemetry("worker");
        const { name, host, port } = readDatabaseAddress(database.connectionString);
        log.info(`Waiting for runs on ${name} at ${host}:${port}.`);
        // Where there is no answer yet, the worker waits for one and nothing has to be warned of.
        const { warnings } = await readConnectionReport(database).catch(() => ({ warnings: [] }));
        for (const { message, remedy } of warnings) log.warn(`${message} ${remedy}`);
        const onTrouble = (err: unknown) => log.warn({ err }, "The database cannot be worked on; trying again");
        const work = [runWorker(database, { signal, onTrouble, onEvent }), keepHooks(database, { signal, log })];
        await Promise.race([Promise.all(work), patience(signal)]);
        await close();
        return signal.aborted ? 130 : 0;
      }, "graceful"),
    );
};
