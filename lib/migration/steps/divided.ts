import { openClient } from "@/lib/db/client";
import type { TransactionStep } from "@/lib/migration/phase";
import { SWEEP_APPLICATION } from "@/lib/migration/run/journal";
import { onConnection, type RunContext } from "@/lib/migration/run/run-context";

/** Rows below which dividing the work costs more than it saves: each part scans the sessions for itself. */
const WORTH_DIVIDING_ROWS = 2_000;

/** Does the statements as one transaction on the connection of `context`, and gives the rows changed. */
type Transaction = (context: RunContext, sql: string[]) => Promise<number>;

/**
 * Does a step that can be divided on as many connections as a sweep may use, each part a transaction of its own; on the
 * run's alone where there is little to do, or no further connection to be had.
 *
 * @returns rows changed.
 */
export async function runDivided(
  context: RunContext,
  step: TransactionStep & Required<Pick<TransactionStep, "divide">>,
  transaction: Transaction,
): Promise<number> {
  const { control, limits } = context;
  const isWorthIt = step.rows !== null && step.rows >= WORTH_DIVIDING_ROWS && control.speed !== "gentle";
  const connections = isWorthIt ? (control.workers ?? limits.parallelism) : 1;
  const parts = connections > 1 ? step.divide(connections) : [step.sql];
  let rows = 0;
  let hasFailed = false;

  async function takeParts(own: RunContext): Promise<void> {
    try {
      for (let sql = parts.shift(); sql !== undefined && !hasFailed; sql = parts.shift()) {
        await control.checkpoint();
        rows += await transaction(own, sql);
      }
    } catch (cause) {
      hasFailed = true;
      throw cause;
    }
  }

  async function help(): Promise<void> {
    // Without a further connection its parts are done on the run's own.
    const client = await openClient(context.target, SWEEP_APPLICATION).catch(() => null);
    if (client === null) return;
    const own = onConnection(context, client);
    context.helpers.add(client);
    try {
      await takeParts(own);
    } finally {
      context.helpers.delete(client);
      await client.end().catch(() => {});
    }
  }

  const endings = await Promise.allSettled([takeParts(context), ...Array.from({ length: connections - 1 }, help)]);
  const failure = endings.find((ending) => ending.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  return rows;
}
