import type pg from "pg";
import { qualify, quoteIdentifier } from "@/lib/db/identifier";

/** Column name to SQL type, in the order in which `insertRows` expects the values. */
export type BulkColumns = Record<string, string>;

/**
 * Inserts many rows in one statement, one array parameter a column; the parameter limit then counts columns, not cells.
 *
 * @param rows Each as long as `columns`; JSON as text, times as ISO 8601.
 */
export async function insertRows(
  client: pg.ClientBase,
  table: { schema: string; name: string; columns: BulkColumns },
  rows: readonly (readonly unknown[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const entries = Object.entries(table.columns);
  const names = entries.map(([name]) => quoteIdentifier(name));
  // As text and cast a row: pg would send a list of JSON texts as one JSON array.
  const lists = entries.map((_, index) => `$${index + 1}::text[]`);
  const casts = entries.map(([name, type]) => `t.${quoteIdentifier(name)}::${type}`);
  await client.query(
    `insert into ${qualify(table.schema, table.name)} (${names.join(", ")})
     select ${casts.join(", ")}
     from unnest(${lists.join(", ")}) as t (${names.join(", ")})`,
    entries.map((_, index) => rows.map((row) => row[index])),
  );
}
