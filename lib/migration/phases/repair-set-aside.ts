import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import type { TableSnapshot } from "@/lib/inspection/snapshot";

/** One value to note: SQL over the row. */
export interface Noted {
  field: string;
  /** Condition under which the value is noted. */
  when: string;
  /** SQL of the reason. */
  reason: string;
  /** SQL of the value as text, NULL for a document. */
  spelling: string;
}

/** The run that holds the database; none where the statements are sent by hand, and then nothing is noted. */
const ACTIVE_RUN = `(
  select id as active_run
  from tidemark.runs
  where kind <> 'verify' and status in ('queued', 'running', 'pausing', 'paused', 'cancelling')
) as active`;

/**
 * Notes values of `table` that cannot stay as they are; the rows themselves are only read.
 *
 * @param key SQL of the row's key as text.
 * @param from the rows to look at, by default all.
 */
export function setAsideSql(
  schema: string,
  { table, key, from }: { table: string; key: string; from?: string },
  noted: readonly Noted[],
): string {
  const rows = noted.map(({ field, when, reason, spelling }) => `('${field}', ${when}, ${reason}, ${spelling})`);
  return `insert into tidemark.set_aside (run_id, table_name, key, field, reason, value)
select active.active_run, '${table}', ${key}, noted.field, noted.reason, tidemark.printable(noted.value)
from ${ACTIVE_RUN}
cross join ${from ?? qualify(schema, table)} as stored
cross join lateral (
  values
    ${rows.join(",\n    ")}
) as noted(field, is_noted, reason, value)
where noted.is_noted
on conflict do nothing`;
}

/** The rows of `table` for which `condition` holds, to be looked at in `setAsideSql`. */
export const rowsWhere = (table: string, condition: string): string =>
  `(select ctid, * from ${table} where ${condition})`;

/** Every column of a row that goes, one by one: scalars as text, of documents only that there was one. */
export function wholeRow(table: TableSnapshot, reason: string): Noted[] {
  return table.columns
    .filter(({ generatedExpression }) => generatedExpression === null)
    .map(({ name, type }) => ({
      field: name,
      when: `${quoteIdentifier(name)} is not null`,
      reason: `'${reason}'`,
      spelling: /^jsonb?$/.test(type) ? "null" : `${quoteIdentifier(name)}::text`,
    }));
}
