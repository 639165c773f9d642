import type { RunError } from "@/lib/contract";
import { redact } from "@/lib/redact";

/** What `cause` says, for a person: SQLSTATE, message, statement. `detail` and `where` stay out: they hold row content. */
export function toRunError(cause: unknown, context: { statement?: string; remedy?: string } = {}): RunError {
  const error = cause as { code?: unknown; message?: unknown };
  const isSqlstate = typeof error?.code === "string" && /^[0-9A-Z]{5}$/.test(error.code);
  return {
    sqlstate: isSqlstate ? (error.code as string) : null,
    message: redact(typeof error?.message === "string" ? error.message : String(cause)),
    statement: context.statement ?? null,
    remedy: context.remedy ?? null,
  };
}

/** The SQLSTATE of a PostgreSQL error, or null. */
export function sqlstateOf(cause: unknown): string | null {
  return toRunError(cause).sqlstate;
}
