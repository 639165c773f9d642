import type { AuditOutcome } from "@/lib/contract";

/** The same as AUDIT_OUTCOMES of the contract, which would bring its whole parser into the browser. */
const IS_OUTCOME: Record<AuditOutcome, true> = { done: true, refused: true, failed: true };

/** How something that was asked for can have ended. */
export const OUTCOMES = Object.keys(IS_OUTCOME);

/** What the audit is narrowed to; days in UTC, the last one included. */
export interface AuditNarrowing {
  actor?: string;
  action?: string;
  outcome?: AuditOutcome;
  run?: number;
  from?: string;
  until?: string;
}

/** Address of the list, narrowed, behind a page that ended at the event `before`. */
export function toAuditAddress(narrowing: AuditNarrowing, before?: number): string {
  return `/audit${toSearch({ ...narrowing, before })}`;
}

/** Address of the list as a file, with the same narrowing. */
export function toAuditExport(format: "csv" | "ndjson", narrowing: AuditNarrowing): string {
  return `/api/audit${toSearch({ format, ...narrowing })}`;
}

function toSearch(parameters: Record<string, string | number | undefined>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, `${value}`]],
  );
  const search = new URLSearchParams(given).toString();
  return search === "" ? "" : `?${search}`;
}
