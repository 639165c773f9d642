import type pg from "pg";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { qualify } from "@/lib/db/identifier";
import {
  asnTableSql,
  inventoryIndexesSql,
  ipTableSql,
  sessionColumnsSql,
  sessionIndexesSql,
} from "@/lib/demo/broken/application";
import { fillSourceIpSql } from "@/lib/demo/broken/documents";
import { ormRowsSql, ormTablesSql } from "@/lib/demo/broken/orm";
import { reportsSql } from "@/lib/demo/broken/reports";
import type { BrokenState } from "@/lib/demo/broken/states";

/** Statements that turn a v15 database into one in all of `states`, which must not contradict each other. Pure. */
export function brokenSql(schema: string, states: readonly BrokenState[]): string[] {
  const isIn = (...names: BrokenState[]) => names.some((name) => states.includes(name));
  const hasOrmTables = isIn("orm-shaped", "orm-shaped-filled");
  const hasOwnTables = isIn("inet-addresses", "plain-ip-types", "claims-16", "v17", "with-dependents");
  // Swallowed errors left the columns empty.
  const isSwallowed = isIn("claims-16", "v17");
  const hasAllColumns = hasOwnTables || isIn("half-indexed");
  const isHalfIndexed = isIn("half-indexed");
  const addressType = isIn("inet-addresses") ? "inet" : "varchar(45)";
  const typesColumn = isIn("plain-ip-types") ? "snapshot_ip_type text" : "snapshot_ip_types text[]";

  return [
    ...(isIn("naive-timestamps") ? naiveTimestampsSql(schema) : []),
    ...(hasOrmTables ? ormTablesSql(schema) : []),
    ...(isIn("orm-shaped-filled") ? ormRowsSql(schema) : []),
    ...(isIn("phase-1-only") ? phaseOneSql(schema) : []),
    ...(hasAllColumns ? sessionColumnsSql({ schema, typesColumn }) : []),
    ...(hasAllColumns && !isSwallowed ? [fillSourceIpSql(schema)] : []),
    ...(hasAllColumns ? asnTableSql({ schema, hasOrmTables }) : []),
    ...(hasOwnTables ? ipTableSql({ schema, hasOrmTables, addressType }) : []),
    ...(hasOwnTables && !hasOrmTables && !isSwallowed ? [fillAddressesSql(schema, addressType)] : []),
    ...(hasOwnTables ? inventoryIndexesSql({ schema, hasOrmTables }) : []),
    ...(hasAllColumns && !isHalfIndexed ? sessionIndexesSql(schema) : []),
    ...(isHalfIndexed ? halfIndexesSql(schema, { hasInventoryIndexes: hasOwnTables }) : []),
    ...(isIn("plain-ip-types") && !isSwallowed ? [fillTypeSql(schema)] : []),
    // PostgreSQL refuses the key of phase 5 over inet (42804); that error was swallowed too.
    ...(isSwallowed && addressType !== "inet" ? [sessionKeySql(schema)] : []),
    ...(isIn("v17") ? [...versionSql(schema, "17"), ...nextVersionSql(schema)] : []),
    ...(isIn("claims-16") ? versionSql(schema, "16") : []),
    ...(isIn("with-dependents") ? reportsSql(schema, { hasOrmTables }) : []),
  ];
}

/**
 * Leaves `idx_session_source_ip` as a cancelled concurrent build does: there, and invalid. A transaction that has
 * written holds the build up, which gives up at the lock timeout; no row and no special right is needed.
 */
export async function leaveUnfinishedIndex(client: pg.ClientBase, target: DatabaseTarget): Promise<void> {
  const sessions = qualify(target.schema, "session_summaries");
  await withClient(target, async (writer) => {
    await writer.query("begin");
    await writer.query(`lock table ${sessions} in row exclusive mode`);
    await client.query("set lock_timeout = '50ms'");
    try {
      await client.query(`create index concurrently idx_session_source_ip on ${sessions} (source_ip)`);
      throw new Error("The build of idx_session_source_ip was meant to wait for a writer, and did not.");
    } catch (cause) {
      if ((cause as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw cause;
    } finally {
      await client.query("reset lock_timeout");
      await writer.query("rollback");
    }
  });
}

const LOCK_NOT_AVAILABLE = "55P03";

/** The first attempt died in phase 2: its column is there, filled from flat documents only. */
function phaseOneSql(schema: string): string[] {
  const sessions = qualify(schema, "session_summaries");
  return [
    `alter table ${sessions} add column source_ip varchar(45)`,
    fillSourceIpSql(schema),
    `create index idx_session_source_ip on ${sessions} (source_ip)`,
  ];
}

/** Times in UTC that only their reader knows to be so, for a role that reads them otherwise. */
function naiveTimestampsSql(schema: string): string[] {
  const retype = (column: string) => `alter column ${column} type timestamp using ${column} at time zone 'UTC'`;
  return [
    `alter table ${qualify(schema, "session_summaries")} ${retype("first_event_at")}, ${retype("last_event_at")}`,
    `do $$ begin
  execute format('alter role %I in database %I set timezone = %L', current_user, current_database(), 'Europe/Berlin');
end $$`,
  ];
}

/** Rows for the addresses of phase 1; every fifth has been refreshed by the application since. */
function fillAddressesSql(schema: string, addressType: string): string {
  return `insert into ${qualify(schema, "ip_inventory")} (ip_address, first_seen, last_seen, session_count, enrichment_updated_at)
select source_ip::${addressType}, min(coalesce(first_event_at, created_at)), max(coalesce(last_event_at, created_at)), count(*),
  case when row_number() over (order by source_ip) % 5 = 0 then now() end
from ${qualify(schema, "session_summaries")}
where source_ip is not null
group by source_ip`;
}

/** What the application's loader has written since into the column that it calls in the singular. */
function fillTypeSql(schema: string): string {
  return `update ${qualify(schema, "session_summaries")}
set snapshot_ip_type = case when source_ip like '%.1%' then 'DATACENTER' else 'RESIDENTIAL' end
where source_ip like '%7'`;
}

/** Some indexes missing, one on another column; the invalid one comes from a build of its own. */
function halfIndexesSql(schema: string, { hasInventoryIndexes }: { hasInventoryIndexes: boolean }): string[] {
  const sessions = qualify(schema, "session_summaries");
  return [
    `create index idx_session_snapshot_asn on ${sessions} (snapshot_country)`,
    `create index idx_session_first_event_brin on ${sessions} using brin (first_event_at)`,
    ...(hasInventoryIndexes
      ? [`drop index ${qualify(schema, "idx_asn_org_name")}, ${qualify(schema, "idx_ip_current_asn")}`]
      : [`create index idx_asn_type on ${qualify(schema, "asn_inventory")} (asn_type)`]),
  ];
}

/** One key of phase 5 was added and never validated, the other one failed. */
function sessionKeySql(schema: string): string {
  return `alter table ${qualify(schema, "session_summaries")} add constraint fk_session_source_ip
  foreign key (source_ip) references ${qualify(schema, "ip_inventory")} (ip_address) not valid`;
}

function versionSql(schema: string, version: "16" | "17"): string[] {
  return [`update ${qualify(schema, "schema_state")} set value = '${version}' where key = 'schema_version'`];
}

/** The application's next version: keys by which it groups campaigns. */
function nextVersionSql(schema: string): string[] {
  const sessions = qualify(schema, "session_summaries");
  const index = (name: string, column: string) => `create index ${name} on ${sessions} (${column})`;
  return [
    `alter table ${sessions} add column ssh_key_fingerprint varchar(128)`,
    `alter table ${sessions} add column password_hash varchar(64)`,
    `alter table ${sessions} add column command_signature text`,
    index("ix_session_summaries_ssh_key_fp", "ssh_key_fingerprint"),
    index("ix_session_summaries_password_hash", "password_hash"),
    index("ix_session_summaries_command_sig", "command_signature"),
  ];
}
