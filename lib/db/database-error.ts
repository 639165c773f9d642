import type { RunError } from "@/lib/contract";
import { redact } from "@/lib/redact";

/** What to do about a server that has run out of something: the same wherever it strikes. */
const REMEDIES: Record<string, string> = {
  "53100": "Free disk space on the database server, then run again: what is done stays done.",
  "53400":
    "A superuser lifts the limit on temporary files for this role: alter role … set temp_file_limit = -1. Then run again: what is done stays done.",
};

/** What `cause` says, for a person: SQLSTATE, message, statement. `detail` and `where` stay out: they hold row content. */
export function toRunError(cause: unknown, context: { statement?: string; remedy?: string } = {}): RunError {
  const error = cause as { code?: unknown; message?: unknown };
  const isSqlstate = typeof error?.code === "string" && /^[0-9A-Z]{5}$/.test(error.code);
  const sqlstate = isSqlstate ? (error.code as string) : null;
  return {
    sqlstate,
    message: redact(typeof error?.message === "string" ? error.message : String(cause)),
    statement: context.statement ?? null,
    remedy: REMEDIES[sqlstate ?? ""] ?? context.remedy ?? null,
  };
}

/** The SQLSTATE of a PostgreSQL error, or null. */
export function sqlstateOf(cause: unknown): string | null {
  return toRunError(cause).sqlstate;
}
