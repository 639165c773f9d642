import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import { issueLink } from "@/lib/auth/links";
import { hasOperators } from "@/lib/auth/operators";
import type { DatabaseTarget } from "@/lib/db/client";
import { withPooledClient } from "@/lib/db/pool";
import { readSettings } from "@/lib/env";
import { prepareConsole } from "@/lib/migration";

/** Pause before a database that could not be worked on is looked at again, in milliseconds. */
const RETRY_INTERVAL_MS = 5_000;

/**
 * Where nobody may sign in yet, prints a one-time link for whoever reads the log of this server: there is no account that
 * comes with the product. Tries until it is known that there is an operator, or a link was printed.
 */
export async function offerFirstOperator(
  openTarget: () => Promise<DatabaseTarget>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const isDone = await offer(openTarget).catch(() => false);
    if (isDone) return;
    await delay(RETRY_INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}

async function offer(openTarget: () => Promise<DatabaseTarget>): Promise<boolean> {
  const target = await openTarget();
  if (!(await prepareConsole(target))) return false;
  await withPooledClient(target, async (client) => {
    if (await hasOperators(client)) return;
    const { link } = await issueLink(client, { kind: "first-operator", operatorId: null }, readSettings());
    process.stdout.write(
      `tidemark: nobody may sign in yet. The first operator begins here, once and within 24 hours: ${link}\n`,
    );
  });
  return true;
}
