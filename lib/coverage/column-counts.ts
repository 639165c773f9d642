import type pg from "pg";
import { type ColumnCauses, type CoverageSources, SNAPSHOT_COLUMNS } from "@/lib/contract";
import { hasColumn } from "@/lib/coverage/measures";
import { qualify } from "@/lib/db/identifier";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

/** The columns of `session_summaries` whose gaps have causes. */
export const CAUSED_COLUMNS = SNAPSHOT_COLUMNS;
export type CausedColumn = ColumnCauses["column"];

/** SQL condition, never NULL: the session called `s` has a value in `column`. An empty list of types is none. */
export function filledCondition(live: SchemaSnapshot, column: CausedColumn): string {
  if (!hasColumn(live, "session_summaries", column)) return "false";
  return column === "snapshot_ip_types"
    ? "(s.snapshot_ip_types is not null and s.snapshot_ip_types::text <> '{}')"
    : `(s.${column} is not null)`;
}

/** Swept sessions without a value, by column, of which that value or the whole document is set aside. */
export async function countSetAside(
  client: pg.ClientBase,
  live: SchemaSnapshot,
): Promise<Record<CausedColumn, number>> {
  const isSwept = hasColumn(live, "session_summaries", "enrichment_at") ? "s.enrichment_at is not null" : "false";
  const counts = CAUSED_COLUMNS.map(
    (column) => `count(distinct s.session_id) filter (
         where a.field in ('${column}', 'document') and not ${filledCondition(live, column)})::float8 as ${column}`,
  );
  const result = await client.query<Record<CausedColumn, number>>(
    `select ${counts.join(",\n       ")}
     from tidemark.set_aside as a
     join ${qualify(live.schema, "session_summaries")} as s on s.session_id = a.key
     where a.table_name = 'session_summaries' and ${isSwept}`,
  );
  const row = result.rows[0];
  if (row === undefined) throw new Error("count over tidemark.set_aside returned no row");
  return row;
}

/**
 * The causes with what only documents tell: sessions that have no value although the rules now give one are neither set
 * aside nor absent. Pure.
 *
 * @param known.addresses sessions whose address is recoverable, by the newest count of coverage; null: not counted.
 * @param known.sources what the newest `verify --deep` counted, which may be older.
 */
export function withRecoverable(
  columns: readonly ColumnCauses[],
  known: { addresses: number | null; sources: CoverageSources | null },
): ColumnCauses[] {
  return columns.map((causes) => {
    const without = causes.absent + causes.setAside;
    // Where no swept session is without a value there is none to be counted.
    const counted = without === 0 ? 0 : toRecoverable(causes.column, known);
    if (counted === null) return causes;
    const recoverable = Math.min(counted, without);
    // A value that was set aside and mended since is on that list until a run has read it again.
    const absent = Math.max(0, causes.absent - recoverable);
    const setAside = causes.setAside + causes.absent - recoverable - absent;
    return { ...causes, recoverable, absent, setAside };
  });
}

function toRecoverable(
  column: CausedColumn,
  { addresses, sources }: { addresses: number | null; sources: CoverageSources | null },
): number | null {
  // Every swept session has it: it is what says so.
  if (column === "enrichment_at") return 0;
  if (column === "source_ip" && addresses !== null) return addresses;
  return sources?.columns.find((it) => it.column === column)?.recoverable ?? null;
}
