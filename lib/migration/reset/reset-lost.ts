import { type DatabaseTarget, openClient } from "@/lib/db/client";
import { qualify } from "@/lib/db/identifier";
import { actingRoleOf, readTargetOf } from "@/lib/db/pool";
import { inspect } from "@/lib/inspection/inspection";
import { refuseIneligible } from "@/lib/migration/preflight/eligibility";
import { lostCondition, readResetTables } from "@/lib/migration/reset/reset-preview";

/** Rows read at a time: a few megabytes with documents of the usual size. */
const FETCH_ROWS = 500;

/**
 * The rows that a reset would lose for good, as NDJSON: one object `{"table", "row"}` a line, in chunks of lines. Read
 * with a cursor of one snapshot, so that memory stays flat; ending the iteration ends the connection.
 *
 * @throws {RefusalError} before the first chunk, when this database is not eligible for a reset.
 */
export async function readLostRows(target: DatabaseTarget): Promise<AsyncGenerator<string>> {
  const client = await openClient(readTargetOf(target), "tidemark download");
  try {
    const inspection = await inspect(client, target.schema, { actingRole: actingRoleOf(target) });
    refuseIneligible(inspection, { kind: "reset" });
    const selects = readResetTables(inspection).map((table) => {
      const name = qualify(target.schema, table.name);
      // A line break in a json document can only stand between its parts.
      return `select replace(replace(json_build_object('table', '${table.name}', 'row', t)::text, E'\\n', ' '), E'\\r', ' ') as line
        from ${name} as t where ${lostCondition(table)}`;
    });
    await client.query("begin isolation level repeatable read read only");
    // A slow reader of the download is no forgotten transaction.
    await client.query("set local idle_in_transaction_session_timeout = '10min'");
    await client.query(
      `declare lost no scroll cursor for ${selects.join(" union all ") || "select null::text as line where false"}`,
    );
  } catch (cause) {
    await client.end().catch(() => {});
    throw cause;
  }
  return (async function* chunks() {
    try {
      for (;;) {
        const { rows } = await client.query<{ line: string }>(`fetch ${FETCH_ROWS} from lost`);
        if (rows.length === 0) return;
        yield rows.map(({ line }) => `${line}\n`).join("");
      }
    } finally {
      await client.end().catch(() => {});
    }
  })();
}
