import type { AuditEvent } from "@/lib/contract";
import { type FileFormat, toCsvLine, toJsonLine } from "@/lib/http/file-export";

/** Columns of the file, in order. */
const COLUMNS = [
  ...["id", "at", "actor", "role", "address"],
  ...["action", "runId", "outcome", "detail", "confirmation"],
] as (keyof AuditEvent)[];

/** Formats in which the audit can be taken along. */
export const AUDIT_FORMATS = {
  csv: {
    type: "text/csv; charset=utf-8",
    head: `${COLUMNS.join(",")}\r\n`,
    toLine: (event) => toCsvLine(COLUMNS.map((column) => event[column])),
  },
  ndjson: { type: "application/x-ndjson", head: "", toLine: toJsonLine },
} as const satisfies Record<string, FileFormat<AuditEvent>>;
