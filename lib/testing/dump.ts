import type pg from "pg";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { readFingerprint } from "@/lib/migration/reset/fingerprint";

/** Tables whose rows a migration makes or fills. */
const TABLES = ["session_summaries", "asn_inventory", "ip_inventory"];

/** When an inventory row was written is no part of what it says. */
const isLeftOut = (table: string, column: string) => /_inventory$/.test(table) && /^(cre|upd)ated_at$/.test(column);

/**
 * Everything that a migration leaves, as sorted lines: the objects of the schema, the recorded version, the rows of the
 * three tables with columns in the order of their names, the values set aside, and keys not yet computed anew. Two
 * databases that came to the same state by different steps dump alike.
 */
export function dumpOf(target: DatabaseTarget): Promise<string[]> {
  return withClient(target, async (client) => {
    const objects = await readFingerprint(client, target.schema);
    const lines = objects.map(({ text }) => `object ${text}`);
    for (const table of TABLES) lines.push(...(await dumpRows(client, target.schema, table)));
    const state = qualify(target.schema, "schema_state");
    lines.push(...(await readLines(client, `select 'state ' || key || '=' || value as line from ${state}`)));
    const { rows } = await client.query("select to_regclass('tidemark.set_aside') is not null as there");
    if (rows[0]?.there === true) {
      lines.push(...(await readLines(client, SET_ASIDE)), ...(await readLines(client, TOUCHED)));
    }
    return lines.toSorted();
  });
}

/** What one dump has more or less than the other, as sets of lines; empty when they are equal. */
export function compareDumps(expected: string[], actual: string[]): string[] {
  const [wanted, found] = [new Set(expected), new Set(actual)];
  return [
    ...expected.filter((line) => !found.has(line)).map((line) => `missing: ${line}`),
    ...actual.filter((line) => !wanted.has(line)).map((line) => `unexpected: ${line}`),
  ];
}

async function dumpRows(client: pg.ClientBase, schema: string, table: string): Promise<string[]> {
  const qualified = qualify(schema, table);
  const { rows: columns } = await client.query<{ name: string }>(
    `select attname::text as name from pg_attribute
     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attname collate "C"`,
    [qualified],
  );
  if (columns.length === 0) return [];
  const texts = columns
    .filter(({ name }) => !isLeftOut(table, name))
    .map(({ name }) => `'${name}=' || ${toText(name)}`);
  return readLines(
    client,
    `select concat_ws(' ', ${[`'row ${table}'`, ...texts].join(", ")}) as line from ${qualified}`,
  );
}

/** Documents as their md5, which keeps a difference readable. */
function toText(column: string): string {
  const value = quoteIdentifier(column);
  return column === "enrichment" ? `md5(${value}::text)` : `${value}::text`;
}

async function readLines(client: pg.ClientBase, sql: string): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(sql);
  return rows.map(({ line }) => line);
}

const SET_ASIDE = `
select distinct concat_ws(' ', 'set aside', table_name, key, field, reason, value) as line from tidemark.set_aside`;

const TOUCHED = `select concat_ws(' ', 'touched', inventory, key) as line from tidemark.touched_keys`;
