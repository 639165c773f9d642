import { qualify } from "@/lib/db/identifier";
import {
  forgetTouchedSql,
  type KeyPart,
  populateAsnInventorySql,
  populateIpInventorySql,
} from "@/lib/enrichment/inventory-sql";
import { sweepFunctions } from "@/lib/enrichment/sweep-functions";
import { sweepBatchSql } from "@/lib/enrichment/sweep-sql";
import type { Inspection } from "@/lib/inspection/inspection";
import type { PlanContext, SweepStep, TransactionStep, Workload } from "@/lib/migration/phase";
import { isReswept, repairShape } from "@/lib/migration/phases/repair-sessions";

/** The sweep over open and recoverable sessions; phases 1 and 4, catch-up and verdict all use it. */
export function sweepStep({ inspection, workload, sweepShape }: PlanContext): SweepStep {
  return {
    kind: "sweep",
    id: `sweep:${inspection.declared.schema}.session_summaries`,
    announce: ["Populating source_ip from enrichment data..."],
    confirm: null,
    lock: "ROW EXCLUSIVE",
    rows: isReswept(inspection) ? workload.sessions : workload.open,
    part: "data",
    shape: { ...sweepShape, ...repairShape(inspection) },
    takesRecoverable: true,
    isNeeded: hasSessionsToSweep(inspection, workload),
    sessions: workload.sessions,
  };
}

/** The sweep behind another one: open sessions again, and recoverable ones where the workload has seen any. */
export function closingSweepStep(context: PlanContext): SweepStep {
  return { ...sweepStep(context), takesRecoverable: context.workload.hasRecoverable };
}

const hasSessionsToSweep = (inspection: Inspection, { open, hasRecoverable }: Workload) =>
  open > 0 || hasRecoverable || isReswept(inspection);

/**
 * A sweep as SQL that psql can run: the functions it calls, and its batch statement over the whole table at once. A run
 * sends the same statement page range by page range. For the printed plan.
 */
export function sweepSql(step: SweepStep): string[] {
  const batch = sweepBatchSql(step.shape, step)
    .replaceAll("$1", "'(0,0)'")
    .replaceAll("$2", "'(4294967294,0)'")
    .replaceAll("$3", "(select max(id) from tidemark.runs)");
  return [...sweepFunctions(), batch];
}

/** Inventories with keys missing, touched, or about to be: each computed in one transaction, or one a part of its keys. */
export function populateSteps(context: PlanContext): TransactionStep[] {
  return [...populateAsnSteps(context), ...populateIpSteps(context)];
}

/** Computes `asn_inventory` from the swept sessions where keys are missing or touched. */
export function populateAsnSteps(context: PlanContext): TransactionStep[] {
  const { missingAsns, touchedAsns } = context.workload;
  return populate(context, "asn_inventory", { missing: missingAsns, touched: touchedAsns });
}

/** Computes `ip_inventory` from the swept sessions where keys are missing or touched. */
export function populateIpSteps(context: PlanContext): TransactionStep[] {
  const { missingIps, touchedIps } = context.workload;
  return populate(context, "ip_inventory", { missing: missingIps, touched: touchedIps });
}

function populate(
  { inspection, workload, sweepShape }: PlanContext,
  inventory: "asn_inventory" | "ip_inventory",
  keys: { missing: number; touched: number },
): TransactionStep[] {
  const isAboutToBe = hasSessionsToSweep(inspection, workload);
  if (keys.missing === 0 && keys.touched === 0 && !isAboutToBe) return [];
  const populateSql = inventory === "asn_inventory" ? populateAsnInventorySql : populateIpInventorySql;
  const touchedOnly = keys.missing === 0 && keys.touched > 0;
  const sql = (part?: KeyPart) => [populateSql(sweepShape, { touchedOnly, part }), forgetTouchedSql(inventory, part)];
  const name = inventory === "asn_inventory" ? "ASN" : "IP";
  return [
    {
      kind: "transaction",
      id: `populate:${inspection.declared.schema}.${inventory}`,
      announce: [`Populating ${name} inventory from existing session data...`],
      confirm: null,
      lock: "ROW EXCLUSIVE",
      // Sessions that are swept before may bring further keys.
      rows: isAboutToBe ? null : keys.missing + keys.touched,
      part: "data",
      sql: sql(),
      divide: (parts) => Array.from({ length: parts }, (_, index) => sql({ index, of: parts })),
    },
  ];
}

/**
 * Gives every `current_asn` and every `source_ip` its parent row before the keys are validated: addresses that the
 * application wrote may name an ASN that no session has, and it may have written a session since the sweep.
 */
export function integrityStep({ inspection }: PlanContext): TransactionStep {
  const schema = inspection.declared.schema;
  return {
    kind: "transaction",
    id: `insert-missing-parents:${schema}`,
    announce: ["Pre-validate foreign key integrity"],
    confirm: null,
    lock: "ROW EXCLUSIVE",
    rows: null,
    part: "data",
    sql: [missingAsnParentsSql(schema), missingIpParentsSql(schema)],
  };
}

const missingAsnParentsSql = (schema: string) => `insert into ${qualify(schema, "asn_inventory")}
  (asn_number, first_seen, last_seen, unique_ip_count, total_session_count)
select i.current_asn, min(i.first_seen), max(i.last_seen), count(*), sum(i.session_count)
from ${qualify(schema, "ip_inventory")} as i
where i.current_asn is not null
  and not exists (select 1 from ${qualify(schema, "asn_inventory")} as a where a.asn_number = i.current_asn)
group by i.current_asn
order by i.current_asn
on conflict do nothing`;

const missingIpParentsSql = (schema: string) => `with missing as (
  insert into ${qualify(schema, "ip_inventory")} (ip_address, first_seen, last_seen, session_count)
  select s.source_ip, min(coalesce(s.first_event_at, s.last_event_at, s.created_at, pg_catalog.now())),
         max(coalesce(s.last_event_at, s.first_event_at, s.created_at, pg_catalog.now())), 0
  from ${qualify(schema, "session_summaries")} as s
  where s.source_ip is not null
    and not exists (select 1 from ${qualify(schema, "ip_inventory")} as i where i.ip_address = s.source_ip)
  group by s.source_ip
  order by s.source_ip
  on conflict do nothing
  returning ip_address
)
insert into tidemark.touched_keys (inventory, key)
select 'ip_inventory', ip_address from missing
on conflict do nothing`;
