import { createHash } from "node:crypto";
import { type AuditEntry, recordAudit } from "@/lib/audit/audit-store";
import type { DatabaseTarget } from "@/lib/db/client";
import { toRunError } from "@/lib/db/database-error";
import { redact } from "@/lib/redact";
import { RefusalError } from "@/lib/refusal";

/** What is known of an act; while it is under way, more may be added. */
export type Act = Omit<AuditEntry, "outcome">;

/**
 * Does `work` and writes down what came of it: done, turned down with the reason, or gone wrong. Gives and throws what
 * `work` does.
 *
 * @param put writes an event, and never throws.
 */
export async function audited<T>(target: DatabaseTarget, act: Act, work: () => Promise<T>, put = write): Promise<T> {
  try {
    const result = await work();
    await put(target, { ...act, ...runOf(result), outcome: "done" });
    return result;
  } catch (cause) {
    const isRefusal = cause instanceof RefusalError;
    const reason = isRefusal ? cause.message : toRunError(cause).message;
    const detail = act.detail == null ? reason : `${act.detail}: ${reason}`;
    await put(target, { ...act, outcome: isRefusal ? "refused" : "failed", detail });
    throw cause;
  }
}

/** Writes an event, and never throws: where the console has no tables, the server's own log has the line. */
export async function write(target: DatabaseTarget, entry: AuditEntry): Promise<void> {
  try {
    await recordAudit(target, entry);
  } catch {
    process.stderr.write(`tidemark: audit: ${redact(JSON.stringify({ at: new Date().toISOString(), ...entry }))}\n`);
  }
}

/** What was typed to confirm something, as the audit keeps it. */
export function digestConfirmation(typed: string): string {
  return createHash("sha256").update(typed).digest("hex");
}

/** An act on a run names it in its result. */
function runOf(result: unknown): { runId?: number } {
  const { runId } = (result ?? {}) as { runId?: unknown };
  return typeof runId === "number" ? { runId } : {};
}
