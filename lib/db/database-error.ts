import type { RunError } from "@/lib/contract";
import { withoutValue } from "@/lib/db/row-content";
import { redact } from "@/lib/redact";

/** What to do about a server that has run out of something: the same wherever it strikes. */
const REMEDIES: Record<string, string> = {
  "53100": "Free disk space on the database server, then resume the run: what is done stays done.",
  "53400":
    "A superuser lifts the limit on temporary files for this role: alter role … set temp_file_limit = -1. Then run again: what is done stays done.",
};

/** What `cause` says, for a person: SQLSTATE, message, statement. What the server quotes of rows stays out. */
export function toRunError(cause: unknown, context: { statement?: string; remedy?: string } = {}): RunError {
  const error = cause as { code?: unknown; message?: unknown; constraint?: unknown; table?: unknown; schema?: unknown };
  const isSqlstate = typeof error?.code === "string" && /^[0-9A-Z]{5}$/.test(error.code);
  const sqlstate = isSqlstate ? (error.code as string) : null;
  return {
    sqlstate,
    message: redact(withoutValue(sqlstate, typeof error?.message === "string" ? error.message : String(cause))),
    statement: context.statement ?? null,
    remedy: REMEDIES[sqlstate ?? ""] ?? constraintRemedy(sqlstate, error) ?? context.remedy ?? null,
  };
}

/** For a row that was refused: the server names the constraint, or the unique index, and its table. */
function constraintRemedy(
  sqlstate: string | null,
  { constraint, table, schema }: { constraint?: unknown; table?: unknown; schema?: unknown },
): string | null {
  if (sqlstate?.startsWith("23") !== true || typeof constraint !== "string" || typeof table !== "string") return null;
  const name = redact(`${constraint} on ${schema}.${table}`);
  return `${name} refuses a row. If it is not part of v16, let it take such rows, or drop it and make it again after the run. Then run again: what is done stays done.`;
}

/** XX000 is "cache lookup failed" and "could not open relation". */
const VANISHED = /^(XX000|42P01|42703|42704|42883)$/;

/**
 * Whether PostgreSQL says so of an object that went away while it was looked at: its row in the catalog is seen as of the
 * beginning of a statement, its definition and its contents as of now.
 */
export function isVanished(cause: unknown): boolean {
  return VANISHED.test(sqlstateOf(cause) ?? "");
}

/** The SQLSTATE of a PostgreSQL error, or null. */
export function sqlstateOf(cause: unknown): string | null {
  return toRunError(cause).sqlstate;
}
