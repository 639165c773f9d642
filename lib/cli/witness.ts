import { hostname, userInfo } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { type AuditEntry, recordAudit } from "@/lib/audit/audit-store";
import { type Act, audited } from "@/lib/audit/audited";
import type { RunEvent } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";

/** Does what a command was asked for, and writes into the audit who asked, on which machine, and what came of it. */
export function witnessed<T>(
  target: DatabaseTarget,
  act: Pick<Act, "action" | "runId" | "detail" | "confirmation">,
  work: () => Promise<T>,
): Promise<T> {
  return audited(target, { ...act, actor: `cli as ${userName()}`, address: hostname() }, work, writeWhereKept);
}

/**
 * The same for a run of this process, whose line is written as it begins: it may last for hours, and whatever becomes of it
 * stands in the journal.
 */
export async function witnessedRun<T>(
  target: DatabaseTarget,
  action: string,
  onEvent: (event: RunEvent) => void,
  execute: (onEvent: (event: RunEvent) => void) => Promise<T>,
): Promise<T> {
  const noted: Promise<unknown>[] = [];
  try {
    return await execute((event) => {
      if (event.type === "run-started") {
        const { runId } = event;
        noted.push(witnessed(target, { action }, async () => ({ runId })));
      }
      onEvent(event);
    });
  } catch (cause) {
    // Refused: nothing began.
    if (noted.length === 0) noted.push(witnessed(target, { action }, () => Promise.reject(cause)).catch(() => {}));
    throw cause;
  } finally {
    await Promise.all(noted);
  }
}

/** How long a command waits for its line to be written, in milliseconds: the database may be why it was refused. */
const PATIENCE_MS = 2_000;

/** A database without the console's tables keeps no audit; whoever asked is told what came of it anyway. */
async function writeWhereKept(target: DatabaseTarget, entry: AuditEntry): Promise<void> {
  const written = recordAudit(target, entry).catch(() => {});
  await Promise.race([written, wait(PATIENCE_MS, undefined, { ref: false })]);
}

/** A container may run as a user that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}
