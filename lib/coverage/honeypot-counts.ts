import type pg from "pg";
import { hasColumn } from "@/lib/coverage/measures";
import { readV15Columns, v15Text } from "@/lib/coverage/v15-columns";
import type { LedgerCounts, WholeFingerprint, WholeGroup } from "@/lib/db/console-schema";
import { qualify } from "@/lib/db/identifier";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

/** The tables that a ledger counts, by the field of their count. */
const TABLES = { sessions: "session_summaries", rawEvents: "raw_events", files: "files" } as const;

/** Groups of a whole fingerprint: what one touched session hides is one part in so many. A power of two. */
const GROUPS = 4_096;

/** What to count besides the rows. */
export interface CountRequest {
  /** Columns of the fingerprint; default: all that the database has now. */
  columns?: readonly string[];
  /** Fingerprint all sessions: those up to `boundary`, or all where it is null. Undefined: none. */
  whole?: { boundary: string | null };
}

/** Counts the honeypot data exactly now: one scan a table; documents are read only for a whole fingerprint. */
export async function countHoneypotData(
  client: pg.ClientBase,
  live: SchemaSnapshot,
  request: CountRequest = {},
): Promise<LedgerCounts> {
  const tables = await readTables(client, live.schema);
  const columns = [...(request.columns ?? readV15Columns(live))];
  const counted = await countSessions(client, live, { columns, ...request });
  const others: Record<string, number | null> = {};
  for (const field of ["rawEvents", "files"] as const) {
    const isReadable = tables[TABLES[field]] !== undefined;
    others[field] = isReadable ? await countRows(client, qualify(live.schema, TABLES[field])) : null;
  }
  return { ...counted, rawEvents: others.rawEvents ?? null, files: others.files ?? null, tables, columns };
}

/** Those of the tables that are there and may be read whole, with what tells a table from another of its name. */
async function readTables(
  client: pg.ClientBase,
  schema: string,
): Promise<Record<string, { oid: number; file: number }>> {
  const result = await client.query<{ name: string; oid: number; file: number }>(
    `select c.relname as name, c.oid::bigint as oid, coalesce(pg_relation_filenode(c.oid), 0)::bigint as file
     from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = any ($2::text[]) and c.relkind in ('r', 'p')
       and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') and not row_security_active(c.oid)`,
    [schema, Object.values(TABLES)],
  );
  return Object.fromEntries(result.rows.map(({ name, oid, file }) => [name, { oid, file }]));
}

async function countRows(client: pg.ClientBase, table: string): Promise<number> {
  const result = await client.query<{ count: number }>(`select count(*) as count from ${table}`);
  return result.rows[0]?.count ?? 0;
}

async function countSessions(
  client: pg.ClientBase,
  live: SchemaSnapshot,
  { columns, whole }: CountRequest & { columns: readonly string[] },
): Promise<Pick<LedgerCounts, "sessions" | "withEnrichment" | "whole">> {
  const table = qualify(live.schema, TABLES.sessions);
  const hasDocument = hasColumn(live, "session_summaries", "enrichment") ? "count(s.enrichment)" : "0";
  if (whole === undefined) {
    const result = await client.query<{ sessions: number; with_enrichment: number }>(
      `select count(*) as sessions, ${hasDocument} as with_enrichment from ${table} as s`,
    );
    const { sessions = 0, with_enrichment = 0 } = result.rows[0] ?? {};
    return { sessions, withEnrichment: with_enrichment };
  }
  const result = await client.query<WholeRow>(
    `select (hashtextextended(s.session_id::text, 0) & ${GROUPS - 1})::int as id,
            count(*) as counted, ${hasDocument} as with_enrichment, (max(max(s.updated_at)) over ())::text as newest,
            count(*) filter (where ${OLD}) as sessions,
            coalesce(sum(hashtextextended(concat_ws('|', s.session_id, s.updated_at::text), 0)) filter (where ${OLD}), 0)::text as keys,
            coalesce(sum(hashtextextended(${v15Text(live, columns, "s")}, 0)) filter (where ${OLD}), 0)::text as rows
     from ${table} as s group by 1 order by 1`,
    [whole.boundary],
  );
  return {
    sessions: sum(result.rows.map(({ counted }) => counted)),
    withEnrichment: sum(result.rows.map(({ with_enrichment }) => with_enrichment)),
    whole: toFingerprint(result.rows),
  };
}

const OLD = "$1::text is null or s.updated_at is null or s.updated_at <= $1::timestamptz";

interface WholeRow extends WholeGroup {
  counted: number;
  with_enrichment: number;
  /** Greatest `updated_at` of all groups. */
  newest: string | null;
}

function toFingerprint(found: WholeRow[]): WholeFingerprint {
  return {
    boundary: found[0]?.newest ?? null,
    groups: found.map(({ id, sessions, keys, rows }) => ({ id, sessions, keys, rows })),
  };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
