import type pg from "pg";
import { qualify } from "@/lib/db/identifier";
import { type Catalog, type CatalogColumn, type CatalogLook, readCatalog } from "@/lib/inspection/catalog";
import { readDeclaredSchema } from "@/lib/inspection/declared";
import { diffSchemas } from "@/lib/inspection/drift";
import { findingsOf } from "@/lib/inspection/findings";
import { toHazards } from "@/lib/inspection/hazards";
import type { Inspection } from "@/lib/inspection/inspected";
import { toLiveSchema } from "@/lib/inspection/live";
import { awaitReadable } from "@/lib/inspection/readable";
import { estimateRows } from "@/lib/inspection/row-estimate";
import { readServer } from "@/lib/inspection/server";

export { checkEligibility } from "@/lib/inspection/eligibility";
export { findingsOf } from "@/lib/inspection/findings";
export type { Inspection } from "@/lib/inspection/inspected";
export { toStatus } from "@/lib/inspection/status";

/** How long a run waits for others' DDL before it gives up looking, in milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Looks at the database behind `client` as it is now. Reads the catalog in one round-trip (two, where views depend on a
 * table of interest), never the heap, and writes nothing; whatever the database is, it gives an answer, and
 * `checkEligibility` says whether it can be worked on.
 *
 * @param look.patienceMs how long to wait where another session changes one of the tables: nothing can be read of it then.
 * @throws {RefusalError} `unreachable`, naming that session, when it is still at it.
 */
export async function inspect(
  client: pg.ClientBase,
  schema: string,
  { patienceMs = PATIENCE_MS, ...look }: CatalogLook & { patienceMs?: number } = {},
): Promise<Inspection> {
  const server = await readServer(client);
  await awaitReadable(client, schema, patienceMs);
  const catalog = await readCatalog(client, schema, look);
  const declared = readDeclaredSchema(schema);
  const live = toLiveSchema(schema, catalog);
  const sessions = await estimateRows(
    client,
    schema,
    // Without the right to use the schema not even a few pages can be read; eligibility says that.
    catalog.relations.find((it) => it.name === "session_summaries" && catalog.rights.canUseSchema === true),
  );
  const hasSessions = live.tables.some((table) => table.name === "session_summaries");
  const inspection: Omit<Inspection, "findings"> = {
    database: { name: catalog.database, ...addressOf(client), user: catalog.user, schema, server: server.version },
    server,
    recordedVersion: await readRecordedVersion(client, schema, catalog),
    currentUser: catalog.user,
    declared,
    live,
    drift: hasSessions ? diffSchemas(declared, live) : [],
    dependents: catalog.dependents,
    hazards: toHazards(schema, catalog),
    eventTriggers: catalog.eventTriggers,
    activity: catalog.activity,
    relations: catalog.relations,
    rights: catalog.rights,
    otherSchemas: catalog.otherSchemas,
    canReadRawEvents: canReadRawEvents(catalog),
    estimates: {
      sessions,
      openFraction: statisticOf(catalog, "enrichment_at")?.nullFraction ?? null,
      distinctAsns: distinctValues(catalog, "snapshot_asn", sessions),
      distinctIps: distinctValues(catalog, "source_ip", sessions),
    },
  };
  return { ...inspection, findings: findingsOf(inspection, null) };
}

function statisticOf(catalog: Catalog, column: string): CatalogColumn | undefined {
  return catalog.columns.find((it) => it.table === "session_summaries" && it.name === column);
}

/** Distinct values by `pg_stats`, where a negative figure is a share of all rows; null when never analysed. */
function distinctValues(catalog: Catalog, column: string, rows: number): number | null {
  const statistic = statisticOf(catalog, column)?.distinct ?? null;
  if (statistic === null) return null;
  return Math.round(statistic < 0 ? -statistic * rows : statistic);
}

function addressOf(client: pg.ClientBase): { host: string; port: number } {
  // Pool clients are clients too; the type of the package only says less.
  const { host, port } = client as pg.ClientBase & { host?: string; port?: number };
  return { host: host ?? "", port: port ?? 0 };
}

/** The text as it stands there: what it means is for `checkEligibility` to say. */
async function readRecordedVersion(client: pg.ClientBase, schema: string, catalog: Catalog): Promise<string | null> {
  const state = catalog.relations.find((relation) => relation.name === "schema_state");
  const columns = catalog.columns.filter((column) => column.table === "schema_state").map((column) => column.name);
  if (state?.canSelect !== true || !columns.includes("key") || !columns.includes("value")) return null;
  // A read that fails would spoil the caller's transaction: rights and columns are checked above instead.
  if (state.isRowSecurityActive || catalog.rights.canUseSchema !== true) return null;
  const result = await client.query<{ value: string | null }>(
    `select value::text as value from ${qualify(schema, "schema_state")} where key::text = 'schema_version' limit 1`,
  );
  return result.rows[0]?.value ?? null;
}

const RAW_EVENT_COLUMNS = ["id", "session_id", "event_timestamp", "payload"];

function canReadRawEvents(catalog: Catalog): boolean {
  const events = catalog.relations.find((relation) => relation.name === "raw_events");
  if (events === undefined || !events.canSelect || events.isRowSecurityActive) return false;
  const columns = catalog.columns.filter((column) => column.table === "raw_events");
  const payload = columns.find((column) => column.name === "payload");
  return (
    RAW_EVENT_COLUMNS.every((name) => columns.some((column) => column.name === name)) &&
    (payload?.type === "json" || payload?.type === "jsonb")
  );
}
