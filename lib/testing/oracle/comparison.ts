import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import { qualify } from "@/lib/db/identifier";
import { aggregateInventories } from "@/lib/testing/oracle/inventories";
import type { ComposedSession } from "@/lib/testing/oracle/real-sessions";
import { readSession, type SessionReading } from "@/lib/testing/oracle/session";

/** A value that the database and the oracle read differently; `session` is what both had before them. */
export interface Difference {
  key: string;
  field: string;
  oracle: unknown;
  live: unknown;
  session?: unknown;
}

type Row = Record<string, unknown>;
type Rows = Map<string, Row>;

export type ReadSession = ComposedSession & SessionReading;

/** Sessions with what the oracle reads in each. */
export function readAll<S extends ComposedSession>(sessions: S[]): (S & SessionReading)[] {
  return sessions.map((session) => ({ ...session, ...readSession(session) }));
}

/** Compares the five columns of every session; a time that only `now()` can give is compared by its presence. */
export async function compareSnapshots(
  client: pg.ClientBase,
  schema: string,
  sessions: ReadSession[],
): Promise<Difference[]> {
  const { rows } = await client.query<Row & { key: string }>(
    `select session_id as key, source_ip as "sourceIp", snapshot_asn as "snapshotAsn",
       snapshot_country as "snapshotCountry", snapshot_ip_types as "snapshotIpTypes",
       (extract(epoch from enrichment_at) * 1000000)::bigint::text as "enrichmentAt"
     from ${qualify(schema, "session_summaries")}`,
  );
  const oracle = new Map(
    sessions.map(({ sessionId, values }) => [sessionId, { ...values, enrichmentAt: String(values.enrichmentAt) }]),
  );
  return withSessions(compareRows(oracle, byKey(rows)), sessions).filter(
    ({ field, oracle, live }) => !(field === "enrichmentAt" && oracle === "now" && typeof live === "string"),
  );
}

/** Compares what was set aside in one run. */
export async function compareSetAside(
  client: pg.ClientBase,
  runId: number,
  sessions: ReadSession[],
): Promise<Difference[]> {
  const { rows } = await client.query<Row & { key: string }>(
    `select key, jsonb_object_agg(field, jsonb_build_array(reason, value)) as fields
     from tidemark.set_aside where run_id = $1 and table_name = 'session_summaries' group by key`,
    [runId],
  );
  const live = new Map(rows.map(({ key, fields }) => [key, fields as Row]));
  const oracle = new Map(
    sessions.flatMap(({ sessionId, setAside }): [string, Row][] => {
      if (setAside.length === 0) return [];
      return [[sessionId, Object.fromEntries(setAside.map(({ field, reason, value }) => [field, [reason, value]]))]];
    }),
  );
  return withSessions(compareRows(oracle, live), sessions);
}

/** Compares every row of both inventories, generated columns included. */
export async function compareInventories(
  client: pg.ClientBase,
  schema: string,
  sessions: ReadSession[],
): Promise<Difference[]> {
  const seen = `(extract(epoch from first_seen) * 1000000)::bigint::text as "firstSeen",
    (extract(epoch from last_seen) * 1000000)::bigint::text as "lastSeen", enrichment::text as enrichment,
    enrichment_updated_at is null as "isDerived"`;
  const ips = await client.query<Row & { key: string }>(
    `select ip_address as key, current_asn as "currentAsn", session_count as "sessionCount",
       geo_country as "geoCountry", ip_types as "ipTypes", is_scanner as "isScanner", is_bogon as "isBogon", ${seen}
     from ${qualify(schema, "ip_inventory")}`,
  );
  const asns = await client.query<Row & { key: string }>(
    `select asn_number::text as key, organization_name as "organizationName",
       organization_country as "organizationCountry", registry, unique_ip_count as "uniqueIpCount",
       total_session_count as "totalSessionCount", ${seen}
     from ${qualify(schema, "asn_inventory")}`,
  );
  const oracle = aggregateInventories(sessions);
  return [
    ...compareRows(new Map(oracle.ips.map(({ ipAddress, ...row }) => [ipAddress, derived(row)])), byKey(ips.rows)),
    ...compareRows(
      new Map(oracle.asns.map(({ asnNumber, ...row }) => [String(asnNumber), derived(row)])),
      byKey(asns.rows),
    ),
  ];
}

const derived = <R extends { firstSeen: bigint; lastSeen: bigint }>(row: R): Row => ({
  ...row,
  firstSeen: String(row.firstSeen),
  lastSeen: String(row.lastSeen),
  isDerived: true,
});

const byKey = (rows: (Row & { key: string })[]): Rows => new Map(rows.map(({ key, ...row }) => [key, row]));

function compareRows(oracle: Rows, live: Rows): Difference[] {
  const differences: Difference[] = [];
  for (const key of new Set([...oracle.keys(), ...live.keys()])) {
    const [expected = {}, found = {}] = [oracle.get(key), live.get(key)];
    for (const field of new Set([...Object.keys(expected), ...Object.keys(found)])) {
      if (isDeepStrictEqual(expected[field], found[field])) continue;
      differences.push({ key, field, oracle: expected[field], live: found[field] });
    }
  }
  return differences;
}

function withSessions(differences: Difference[], sessions: ReadSession[]): Difference[] {
  const byId = new Map(sessions.map(({ sessionId, document, rawEvents }) => [sessionId, { document, rawEvents }]));
  return differences.map((difference) => ({ ...difference, session: byId.get(difference.key) }));
}
