import type pg from "pg";
import { hasJournal } from "@/lib/db/console-db";
import { qualify } from "@/lib/db/identifier";
import type { Measures } from "@/lib/inspection/measures";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

/** Whether `live` has `table` with `column`. */
export function hasColumn(live: SchemaSnapshot, table: string, column: string): boolean {
  return live.tables.some((candidate) => candidate.name === table && candidate.columns.some((c) => c.name === column));
}

/**
 * Counts, exactly, what the phases of a status count. Scans `session_summaries` (never its documents): for the end of
 * a run and `verify`, not for a page view.
 */
export async function measureRows(client: pg.ClientBase, live: SchemaSnapshot): Promise<Measures> {
  const sessions = qualify(live.schema, "session_summaries");
  const open = hasColumn(live, "session_summaries", "enrichment_at") ? "enrichment_at is null" : "true";
  const result = await client.query<Record<"total" | "open" | "hour_total" | "hour_open", number> & { at: string }>(
    `select count(*)::int as total,
            count(*) filter (where ${open})::int as open,
            count(*) filter (where last_event_at > now() - interval '1 hour')::int as hour_total,
            count(*) filter (where last_event_at > now() - interval '1 hour' and ${open})::int as hour_open,
            to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
     from ${sessions}`,
  );
  const row = result.rows[0];
  const asns = await countKeys(client, live, "asn_inventory");
  const ips = await countKeys(client, live, "ip_inventory");
  return {
    sessionsTotal: row?.total ?? 0,
    sessionsOpen: row?.open ?? 0,
    lastHourTotal: row?.hour_total ?? 0,
    lastHourOpen: row?.hour_open ?? 0,
    distinctAsns: asns.distinct,
    asnsWithRow: asns.withRow,
    distinctIps: ips.distinct,
    ipsWithRow: ips.withRow,
    measuredAt: row?.at ?? new Date(0).toISOString(),
    exact: true,
  };
}

/** The session column that names a row of each inventory, and that row's key. */
const LINKS = {
  asn_inventory: { column: "snapshot_asn", key: "asn_number" },
  ip_inventory: { column: "source_ip", key: "ip_address" },
} as const;

/** Keys that swept sessions name and `inventory` has no row for. Scans `session_summaries`, never its documents. */
export async function countMissing(
  client: pg.ClientBase,
  live: SchemaSnapshot,
  inventory: keyof typeof LINKS,
): Promise<number> {
  const { distinct, withRow } = await countKeys(client, live, inventory);
  return distinct - withRow;
}

/** Distinct values of a session column, and how many of them have their inventory row. */
async function countKeys(
  client: pg.ClientBase,
  live: SchemaSnapshot,
  table: keyof typeof LINKS,
): Promise<{ distinct: number; withRow: number }> {
  const link = LINKS[table];
  if (!hasColumn(live, "session_summaries", link.column)) return { distinct: 0, withRow: 0 };
  const inventory = hasColumn(live, table, link.key)
    ? `select ${link.key}::text from ${qualify(live.schema, table)}`
    : "select null::text where false";
  const result = await client.query<{ total: number; with_row: number }>(
    `select count(*)::int as total, count(i.key)::int as with_row
     from (select distinct ${link.column}::text as key from ${qualify(live.schema, "session_summaries")}
           where ${link.column} is not null) as k
     left join (${inventory}) as i(key) on i.key = k.key`,
  );
  return { distinct: result.rows[0]?.total ?? 0, withRow: result.rows[0]?.with_row ?? 0 };
}

/** Keeps `value` under `name`; the newest measure stays. */
export async function storeMeasure(client: pg.ClientBase, name: string, value: unknown, isExact = true): Promise<void> {
  await client.query(
    `insert into tidemark.measures (name, value, is_exact) values ($1, $2, $3)
     on conflict (name) do update set value = excluded.value, is_exact = excluded.is_exact, measured_at = clock_timestamp()`,
    [name, JSON.stringify(value), isExact],
  );
}

/** A measure kept earlier, or null. */
export async function readMeasure<T>(connection: pg.Pool | pg.ClientBase, name: string): Promise<T | null> {
  if (!(await hasJournal(connection))) return null;
  const result = await connection.query<{ value: T }>("select value from tidemark.measures where name = $1", [name]);
  return result.rows[0]?.value ?? null;
}
