import pg from "pg";
import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { sweepBatchSql } from "@/lib/enrichment/sweep-sql";
import { type Demand, demandsOfOthers } from "@/lib/inspection/hazards";
import type { Inspection } from "@/lib/inspection/inspection";
import { isNamedIn } from "@/lib/inspection/repairs";
import { CheckFailedError } from "@/lib/migration/errors";
import { repairShape } from "@/lib/migration/phases/repair-sessions";
import { tryOut } from "@/lib/migration/preflight/rehearsal";
import type { RunContext } from "@/lib/migration/run/run-context";
import { toSweepShape } from "@/lib/migration/workload";

/** Pages whose sessions are tried: what a first batch takes. */
const TRIED_PAGES = 8;

/**
 * What a batch puts into an inventory for a key that it has not met, by column; those that depend on the key or the
 * sessions are left out.
 */
const STUB_ROWS: Record<string, Record<string, string>> = {
  asn_inventory: {
    organization_name: "null::text",
    organization_country: "null::varchar",
    registry: "null::varchar",
    asn_type: "null::text",
    unique_ip_count: "0",
    total_session_count: "0",
    is_known_hosting: "false",
    is_known_vpn: "false",
    enrichment: "'{}'::jsonb",
    enrichment_updated_at: "null::timestamptz",
  },
  ip_inventory: {
    current_asn: "null::integer",
    asn_last_verified: "null::timestamptz",
    session_count: "0",
    enrichment: "'{}'::jsonb",
    enrichment_updated_at: "null::timestamptz",
    geo_country: "'XX'::varchar",
    ip_types: "'{}'::text[]",
    is_scanner: "false",
    is_bogon: "false",
  },
};

/**
 * Tries what constraints of others may refuse: their conditions on the row that stands for a new key, and the first
 * sessions in a batch that is taken back. Nothing is tried where there are none.
 *
 * @throws {CheckFailedError} or {StepFailedError} naming the constraint; nothing has been changed.
 */
export async function rehearseConstraints(context: RunContext, inspection: Inspection): Promise<void> {
  const demands = demandsOfOthers(inspection.declared, inspection.live);
  if (demands.length === 0) return;
  for (const demand of demands) await checkStubRow(context, inspection, demand);
  const names = demands.map(({ table, name }) => `${table}.${name}`).join(", ");
  await tryOut(context, {
    what: `the first sessions under ${names}`,
    sql: ["set constraints all immediate", firstBatchSql(context, inspection)],
    remedy: REMEDY,
    // Columns and constraints of ours that a run has yet to make or to repair are for its phases.
    isObjection: (cause) => cause instanceof pg.DatabaseError && demands.some(({ name }) => name === cause.constraint),
  });
}

const REMEDY = "Let it take derived rows, or drop it and make it again after the run.";

async function checkStubRow({ client }: RunContext, { live }: Inspection, demand: Demand): Promise<void> {
  const { schema } = live;
  const known = STUB_ROWS[demand.table] ?? {};
  const columns = live.tables.find(({ name }) => name === demand.table)?.columns ?? [];
  const named = columns.map(({ name }) => name).filter((name) => isNamedIn(demand.definition, name));
  if (demand.kind !== "check" || named.some((name) => known[name] === undefined)) return;
  const condition = demand.definition.replace(/^CHECK /, "").replace(/ NO INHERIT$/, "");
  const values = named.map((name) => `${known[name]} as ${quoteIdentifier(name)}`);
  await client.query("begin read only");
  try {
    const { rows } = await client.query<{ isMet: boolean | null }>(
      `select ${condition} as "isMet" from (select ${values.join(", ")}) as stub`,
    );
    if (rows[0]?.isMet !== false) return;
  } catch {
    // A condition that cannot be asked like this is left to the batch.
    return;
  } finally {
    await client.query("rollback").catch(() => {});
  }
  throw new CheckFailedError(
    `Constraint ${qualify(schema, demand.table)}.${quoteIdentifier(demand.name)} would refuse the row of each new key (23514): ${demand.definition}.`,
    `${REMEDY} alter table ${qualify(schema, demand.table)} drop constraint ${quoteIdentifier(demand.name)}`,
  );
}

function firstBatchSql({ run }: RunContext, inspection: Inspection): string {
  return sweepBatchSql({ ...toSweepShape(inspection), ...repairShape(inspection) })
    .replaceAll("$1", "'(0,0)'")
    .replaceAll("$2", `'(${TRIED_PAGES},0)'`)
    .replaceAll("$3", String(run.id));
}
