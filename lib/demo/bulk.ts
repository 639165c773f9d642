import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { qualify, quoteIdentifier } from "@/lib/db/identifier";

/** A cell: times as ISO 8601, JSON as text. */
export type Cell = string | number | boolean | null;

/** Rows sent together, so that one write carries about 100 KB. */
const ROWS_A_WRITE = 32;

/**
 * Copies many rows into a table.
 *
 * @param rows Each as long as `columns`. No text may hold a NUL character (an escape in JSON is none).
 */
export async function copyRows(
  client: pg.ClientBase,
  table: { schema: string; name: string; columns: readonly string[] },
  rows: readonly (readonly Cell[])[],
): Promise<void> {
  const columns = table.columns.map(quoteIdentifier).join(", ");
  const copy = client.query(copyFrom(`copy ${qualify(table.schema, table.name)} (${columns}) from stdin`));
  await pipeline(Readable.from(toChunks(rows)), copy);
}

function* toChunks(rows: readonly (readonly Cell[])[]): Generator<string> {
  for (let start = 0; start < rows.length; start += ROWS_A_WRITE) {
    yield rows
      .slice(start, start + ROWS_A_WRITE)
      .map(toLine)
      .join("");
  }
}

const toLine = (row: readonly Cell[]) => `${row.map(toField).join("\t")}\n`;

/** COPY's text format. Source: PostgreSQL manual, COPY, "Text Format". */
function toField(cell: Cell): string {
  if (cell === null) return "\\N";
  return typeof cell === "string" ? cell.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? "") : String(cell);
}

const ESCAPES: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
