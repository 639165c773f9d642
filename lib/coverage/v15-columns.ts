import { quoteIdentifier } from "@/lib/db/identifier";
import { RESWEEP_COLUMN, replacedName } from "@/lib/db/repair-names";
import { LEGACY_IP_TYPE_COLUMN } from "@/lib/inspection/ownership";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

/** Columns of `session_summaries` that a migration adds; everything else must stay as it was. */
const ADDED_COLUMNS = ["source_ip", "enrichment_at", "snapshot_asn", "snapshot_country", "snapshot_ip_types"];

/** Those, and what the application's own migration and an unfinished repair leave beside them. */
const NOT_V15 = new Set([...ADDED_COLUMNS, ...ADDED_COLUMNS.map(replacedName), LEGACY_IP_TYPE_COLUMN, RESWEEP_COLUMN]);

/** Names of the columns of `session_summaries` that no run may change, in the order of their names. */
export function readV15Columns(live: SchemaSnapshot): string[] {
  return columnsOf(live)
    .map(({ name }) => name)
    .filter((name) => !NOT_V15.has(name))
    .toSorted();
}

/**
 * SQL text of those `columns` of the session called `alias`. The zone is cut from timestamps, so that retyping them as
 * UTC reads the same; a column that is gone reads as NULL.
 */
export function v15Text(live: SchemaSnapshot, columns: readonly string[], alias: string): string {
  const types = new Map(columnsOf(live).map(({ name, type }) => [name, type]));
  const texts = columns.map((name) => {
    const type = types.get(name);
    if (type === undefined) return "'~'";
    const text = `${alias}.${quoteIdentifier(name)}::text`;
    return `coalesce(${type.startsWith("timestamp") ? `replace(${text}, '+00', '')` : text}, '~')`;
  });
  return `concat_ws('|', ${texts.join(", ")})`;
}

function columnsOf(live: SchemaSnapshot) {
  return live.tables.find((table) => table.name === "session_summaries")?.columns ?? [];
}
