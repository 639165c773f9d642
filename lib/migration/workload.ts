import type pg from "pg";
import { countMissing, hasColumn } from "@/lib/coverage/measures";
import { hasJournal } from "@/lib/db/console-db";
import { qualify } from "@/lib/db/identifier";
import { hasRecoverableSql, type SweepShape } from "@/lib/enrichment/sweep-sql";
import type { Inspection } from "@/lib/inspection/inspection";
import type { Workload, WorkloadPart } from "@/lib/migration/phase";
import { againSql } from "@/lib/migration/phases/repair-sessions";

/** Nothing known yet. */
const UNKNOWN_WORKLOAD: Workload = {
  sessions: 0,
  open: 0,
  hasRecoverable: false,
  missingAsns: 0,
  missingIps: 0,
  touchedAsns: 0,
  touchedIps: 0,
};

/**
 * Reads what the rows still need. Scans `session_summaries` without its documents, once a part; and swept sessions that
 * have no address with them: whether one of those is recoverable takes reading it (only where a run has made the
 * functions for it).
 *
 * @param parts what to read; default everything.
 * @param known where the rest comes from.
 */
export async function readWorkload(
  client: pg.ClientBase,
  inspection: Inspection,
  parts: readonly WorkloadPart[] = ["sessions", "asns", "ips"],
  known: Workload = UNKNOWN_WORKLOAD,
): Promise<Workload> {
  const { live } = inspection;
  const touched = await readTouched(client);
  return {
    ...known,
    ...(parts.includes("sessions") ? await readSessions(client, inspection) : {}),
    ...(parts.includes("asns") ? { missingAsns: await countMissing(client, live, "asn_inventory") } : {}),
    ...(parts.includes("ips") ? { missingIps: await countMissing(client, live, "ip_inventory") } : {}),
    ...touched,
  };
}

async function readSessions(
  client: pg.ClientBase,
  inspection: Inspection,
): Promise<Pick<Workload, "sessions" | "open" | "hasRecoverable">> {
  const { live } = inspection;
  const isMarked = hasColumn(live, "session_summaries", "enrichment_at");
  const again = againSql(inspection);
  const isOpen = again === null ? "s.enrichment_at is null" : `s.enrichment_at is null or ${again}`;
  const counted = await client.query<{ sessions: number; open: number }>(
    `select count(*)::int as sessions, count(*) filter (where ${isMarked ? isOpen : "true"})::int as open
     from ${qualify(live.schema, "session_summaries")} as s`,
  );
  return {
    sessions: counted.rows[0]?.sessions ?? 0,
    open: counted.rows[0]?.open ?? 0,
    hasRecoverable: isMarked && (await readHasRecoverable(client, inspection)),
  };
}

/** What the sweep statement has to fit: column types, side tables, and the inventories that need parents first. */
export function toSweepShape(inspection: Inspection): SweepShape {
  const { live } = inspection;
  const enrichment = live.tables
    .find((table) => table.name === "session_summaries")
    ?.columns.find((column) => column.name === "enrichment");
  return {
    schema: live.schema,
    enrichmentType: enrichment?.type === "jsonb" ? "jsonb" : "json",
    hasRawEvents: inspection.canReadRawEvents,
    hasLegacyIpType: hasColumn(live, "session_summaries", "snapshot_ip_type"),
    inventories: (["asn_inventory", "ip_inventory"] as const).filter((name) =>
      live.tables.some((table) => table.name === name),
    ),
  };
}

async function readHasRecoverable(client: pg.ClientBase, inspection: Inspection): Promise<boolean> {
  if (!hasColumn(inspection.live, "session_summaries", "source_ip")) return false;
  const functions = await client.query<{ there: boolean }>(
    `select exists (select 1 from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
                    where n.nspname = 'tidemark') as there`,
  );
  if (functions.rows[0]?.there !== true) return false;
  const result = await client.query<{ exists: boolean }>(hasRecoverableSql(toSweepShape(inspection)));
  return result.rows[0]?.exists === true;
}

/** Inventory keys noted by batches whose derived row is to be computed anew. */
export async function readTouched(client: pg.ClientBase): Promise<Pick<Workload, "touchedAsns" | "touchedIps">> {
  const none = { touchedAsns: 0, touchedIps: 0 };
  if (!(await hasJournal(client))) return none;
  const result = await client.query<typeof none>(
    `select count(*) filter (where inventory = 'asn_inventory')::int as "touchedAsns",
            count(*) filter (where inventory = 'ip_inventory')::int as "touchedIps"
     from tidemark.touched_keys`,
  );
  return result.rows[0] ?? none;
}
