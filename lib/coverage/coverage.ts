import type pg from "pg";
import type { Coverage, InventorySample } from "@/lib/contract";
import { apiReduction, type Inventory, judgeGates } from "@/lib/coverage/gates";
import { hasColumn } from "@/lib/coverage/measures";
import { hasJournal } from "@/lib/db/console-db";
import { qualify } from "@/lib/db/identifier";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

type LedgerFigures = Coverage["ledger"];

const NO_LEDGER: LedgerFigures = {
  runId: null,
  sessionsBefore: null,
  sessionsAfter: null,
  changed: null,
  deleted: null,
};

/** What only documents, or queries of their own, tell; null where unknown. */
interface Known {
  /** Swept sessions without an address for which the rules now give one. */
  recoverable: number | null;
  slowestPivotSeconds: number | null;
}

/** Counts the coverage figures over the plain columns: one scan of `session_summaries` that never reads a document. */
export async function measureCoverage(client: pg.ClientBase, live: SchemaSnapshot, known: Known): Promise<Coverage> {
  const sessions = await countSessions(client, live);
  const inventory = await countInventory(client, live);
  return toCoverage(client, { isExact: true, sessions, inventory, missing: missingInventories(live), known });
}

/**
 * The same figures from the planner's statistics: scans nothing, and says `exact: false`. For a page of a database that
 * no run has measured yet.
 *
 * @param sessions estimated number of sessions.
 */
export async function estimateCoverage(
  client: pg.ClientBase,
  live: SchemaSnapshot,
  sessions: number,
): Promise<Coverage> {
  return toCoverage(client, {
    isExact: false,
    sessions: await estimateSessions(client, live, sessions),
    inventory: await countInventory(client, live),
    missing: missingInventories(live),
    known: { recoverable: null, slowestPivotSeconds: null },
  });
}

const INVENTORIES: readonly Inventory[] = ["asn_inventory", "ip_inventory"];

const missingInventories = (live: SchemaSnapshot): Inventory[] =>
  INVENTORIES.filter((name) => !live.tables.some((table) => table.name === name));

async function toCoverage(
  client: pg.ClientBase,
  figures: {
    isExact: boolean;
    sessions: SessionFigures;
    inventory: Coverage["inventory"];
    missing: readonly Inventory[];
    known: Known;
  },
): Promise<Coverage> {
  const { sessions, inventory, known } = figures;
  const reduced = { sessions: sessions.total, open: sessions.open, ips: inventory.ips };
  const ledger = await readLedgerFigures(client);
  return {
    measuredAt: sessions.at,
    exact: figures.isExact,
    sessions: {
      total: sessions.total,
      open: sessions.open,
      recoverable: known.recoverable,
      withSourceIp: sessions.with_ip,
      withAsn: sessions.with_asn,
      withCountry: sessions.with_country,
      withIpTypes: sessions.with_types,
      lastHour: { total: sessions.hour_total, open: sessions.hour_open },
    },
    inventory,
    apiReduction: apiReduction(reduced),
    setAside: await readSetAsideReasons(client),
    gates: judgeGates({
      ...reduced,
      isExact: figures.isExact,
      ipsWithBoth: inventory.ipsWithBoth,
      missing: figures.missing,
      changed: ledger.changed,
      deleted: ledger.deleted,
      slowestPivotSeconds: known.slowestPivotSeconds,
    }),
    ledger,
  };
}

/** One row of the count over `session_summaries`. */
type SessionFigures = Record<
  "total" | "open" | "with_ip" | "with_asn" | "with_country" | "with_types" | "hour_total" | "hour_open",
  number
> & { at: string };

/** Share of NULLs by `pg_stats`; a column never analysed counts as empty. Sessions of the last hour are not estimated. */
async function estimateSessions(client: pg.ClientBase, live: SchemaSnapshot, total: number): Promise<SessionFigures> {
  const result = await client.query<{ fractions: Record<string, number> | null; at: string }>(
    `select (select jsonb_object_agg(attname, null_frac) from pg_catalog.pg_stats
             where schemaname = $1 and tablename = 'session_summaries' and not inherited) as fractions,
            to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`,
    [live.schema],
  );
  const { fractions = null, at = new Date(0).toISOString() } = result.rows[0] ?? {};
  const filled = (column: string) =>
    hasColumn(live, "session_summaries", column) ? Math.round(total * (1 - (fractions?.[column] ?? 1))) : 0;
  return {
    total,
    open: total - filled("enrichment_at"),
    with_ip: filled("source_ip"),
    with_asn: filled("snapshot_asn"),
    with_country: filled("snapshot_country"),
    with_types: 0,
    hour_total: 0,
    hour_open: 0,
    at,
  };
}

async function countSessions(client: pg.ClientBase, live: SchemaSnapshot): Promise<SessionFigures> {
  const counted = (column: string, condition: string) =>
    hasColumn(live, "session_summaries", column) ? `count(*) filter (where ${condition})::int` : "0";
  const open = hasColumn(live, "session_summaries", "enrichment_at") ? "enrichment_at is null" : "true";
  const result = await client.query<SessionFigures>(
    `select count(*)::int as total,
            count(*) filter (where ${open})::int as open,
            ${counted("source_ip", "source_ip is not null")} as with_ip,
            ${counted("snapshot_asn", "snapshot_asn is not null")} as with_asn,
            ${counted("snapshot_country", "snapshot_country is not null")} as with_country,
            ${counted("snapshot_ip_types", "snapshot_ip_types::text <> '{}'")} as with_types,
            count(*) filter (where last_event_at > now() - interval '1 hour')::int as hour_total,
            count(*) filter (where last_event_at > now() - interval '1 hour' and ${open})::int as hour_open,
            to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
     from ${qualify(live.schema, "session_summaries")}`,
  );
  const row = result.rows[0];
  if (row === undefined) throw new Error("count over session_summaries returned no row");
  return row;
}

async function countInventory(client: pg.ClientBase, live: SchemaSnapshot): Promise<Coverage["inventory"]> {
  const asns = await countAsns(client, live);
  const none = { ips: 0, ipsWithCountry: 0, ipsWithAsn: 0, ipsWithBoth: 0, asns };
  if (!hasColumn(live, "ip_inventory", "ip_address")) return none;
  const country = hasColumn(live, "ip_inventory", "geo_country")
    ? "coalesce(geo_country::text, 'XX') <> 'XX'"
    : "false";
  const asn = hasColumn(live, "ip_inventory", "current_asn") ? "current_asn is not null" : "false";
  const result = await client.query<Omit<Coverage["inventory"], "asns">>(
    `select count(*)::int as "ips",
            count(*) filter (where ${country})::int as "ipsWithCountry",
            count(*) filter (where ${asn})::int as "ipsWithAsn",
            count(*) filter (where ${country} and ${asn})::int as "ipsWithBoth"
     from ${qualify(live.schema, "ip_inventory")}`,
  );
  return { ...none, ...result.rows[0] };
}

async function countAsns(client: pg.ClientBase, live: SchemaSnapshot): Promise<number> {
  if (!hasColumn(live, "asn_inventory", "asn_number")) return 0;
  const result = await client.query<{ asns: number }>(
    `select count(*)::int as asns from ${qualify(live.schema, "asn_inventory")}`,
  );
  return result.rows[0]?.asns ?? 0;
}

/** Figures of the newest ledger that was closed. */
async function readLedgerFigures(client: pg.ClientBase): Promise<LedgerFigures> {
  if (!(await hasJournal(client))) return NO_LEDGER;
  const result = await client.query<LedgerFigures>(
    `select run_id as "runId", (before ->> 'sessions')::int as "sessionsBefore",
            (after ->> 'sessions')::int as "sessionsAfter", changed, deleted
     from tidemark.ledgers where after is not null order by run_id desc limit 1`,
  );
  return result.rows[0] ?? NO_LEDGER;
}

/** Values set aside, by reason: the newest reading of each value counts once. */
async function readSetAsideReasons(client: pg.ClientBase): Promise<Coverage["setAside"]> {
  if (!(await hasJournal(client))) return [];
  const result = await client.query<{ reason: string; count: number }>(
    `select reason, count(*)::int as count
     from (select distinct on (table_name, key, field) reason from tidemark.set_aside
           order by table_name, key, field, run_id desc) as newest
     group by reason order by reason`,
  );
  return result.rows;
}

/** Five rows of `ip_inventory`, the addresses with the most sessions first; empty where the table is not as declared. */
export async function readInventorySample(client: pg.ClientBase, live: SchemaSnapshot): Promise<InventorySample> {
  const columns = ["geo_country", "ip_types", "current_asn", "session_count", "is_scanner", "last_seen"];
  if (!columns.every((column) => hasColumn(live, "ip_inventory", column))) return [];
  const result = await client.query<InventorySample[number]>(
    `select ip_address::text as "ipAddress", geo_country as "geoCountry", ip_types as "ipTypes",
            current_asn as "currentAsn", session_count as "sessionCount", is_scanner as "isScanner",
            -- What ISO 8601 has no four-digit year for stays out of the answer, not out of the table.
            case when last_seen >= '0001-01-01T00:00:00Z' and last_seen < '10000-01-01T00:00:00Z'
              then to_char(last_seen at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') end as "lastSeen"
     from ${qualify(live.schema, "ip_inventory")} order by session_count desc, ip_address limit 5`,
  );
  return result.rows;
}
