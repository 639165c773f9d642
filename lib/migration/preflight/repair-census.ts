import type pg from "pg";
import { toRunError } from "@/lib/db/database-error";
import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import type { Inspection } from "@/lib/inspection/inspection";
import { OWN_TABLES } from "@/lib/inspection/ownership";
import { findTable } from "@/lib/migration/phases/declared-objects";
import { isRepairNeeded, repairOf } from "@/lib/migration/phases/repair";
import { isWithoutKey, keyPairs } from "@/lib/migration/phases/repair-keys";
import type { Noted } from "@/lib/migration/phases/repair-set-aside";
import { notedIn } from "@/lib/migration/phases/repair-table";
import { conversionOf, countryOf } from "@/lib/migration/phases/repair-values";

/** The time that counting in one table may take, in milliseconds. */
const CENSUS_TIMEOUT_MS = 10_000;

/**
 * What the repair of each inventory will set aside, counted in all its rows, in lines for a log: values by column and
 * reason, rows whose key cannot be kept, rows whose keys become the same. Inside the caller's transaction, which may be
 * READ ONLY; needs the functions that a run makes beforehand.
 */
export async function describeRepairCensus(client: pg.ClientBase, inspection: Inspection): Promise<string[]> {
  const lines: string[] = [];
  for (const table of OWN_TABLES) {
    const sql = repairCensusSql(inspection, table);
    if (sql !== null) lines.push(await countIn(client, table, sql));
  }
  return lines;
}

async function countIn(client: pg.ClientBase, table: string, sql: string): Promise<string> {
  await client.query("savepoint repair_census");
  try {
    await client.query(`set local statement_timeout = ${CENSUS_TIMEOUT_MS}`);
    const { rows } = await client.query<{ what: string; count: number }>(sql);
    const found = rows.map(({ what, count }) => `${what} ${count.toLocaleString("en-US")}`).join(", ");
    return `Repair of ${table}: ${found === "" ? "nothing to set aside" : `to be set aside: ${found}`}`;
  } catch (cause) {
    const { sqlstate, message } = toRunError(cause);
    const isEarly = ["42883", "3F000", "42501"].includes(sqlstate ?? "");
    return `Repair of ${table}: what it sets aside ${isEarly ? "is counted when a run begins" : `was not counted: ${message}`}`;
  } finally {
    // Takes the time limit back as well.
    await client.query("rollback to savepoint repair_census").catch(() => {});
  }
}

/** Null where nothing of the table can have to be set aside. */
function repairCensusSql(inspection: Inspection, table: string): string | null {
  if (findTable(inspection.live, table) === undefined) return null;
  const repair = repairOf(inspection, table);
  if (isWithoutKey(inspection, repair)) return null;
  const isRepaired = isRepairNeeded(inspection, repair);
  const noted = [...(isRepaired ? notedIn(inspection, repair) : []), ...uncheckedValues(inspection, table)];
  const keys = keyPairs(inspection, table);
  const conversions = keys.map((pair) => conversionOf(pair));
  const isKeyChanged = repair.key !== null || conversions.some((it) => it !== null);
  if (noted.length === 0 && !isKeyChanged) return null;
  const name = qualify(inspection.live.schema, table);
  const values = keys.map((pair, index) => `(${conversions[index]?.value ?? quoteIdentifier(pair.live.name)})`);
  const isLost = values.map((value) => `${value} is null`).join(" or ");
  const ofValues = `
select noted.field || ' ' || noted.reason as what, pg_catalog.count(*)::integer as count
from ${name} as stored
cross join lateral (
  values
    ${noted.map(({ field, when, reason }) => `('${field}', ${when}, ${reason})`).join(",\n    ")}
) as noted(field, is_noted, reason)
where noted.is_noted
group by 1`;
  const ofKeys = `
select counted.what, counted.count
from (
  select pg_catalog.count(*) filter (where ${isLost})::integer as lost,
    (pg_catalog.count(*) filter (where not (${isLost})) - pg_catalog.count(distinct row(${values.join(", ")})::text) filter (where not (${isLost})))::integer as same
  from ${name}
) as kept
cross join lateral (values ('rows whose key cannot be kept', lost), ('rows with the key of another', same)) as counted(what, count)
where counted.count > 0`;
  const counts = [...(noted.length > 0 ? [ofValues] : []), ...(isKeyChanged ? [ofKeys] : [])];
  return `${counts.join("\nunion all")}\norder by 1`;
}

/** Values that a check of ours refuses which is not there, or not validated; of a column that keeps its type. */
function uncheckedValues(inspection: Inspection, table: string): Noted[] {
  const { live, declared } = inspection;
  const isValid = (constraint: string) =>
    live.constraints.some((it) => it.table === table && it.name === constraint && it.isValidated);
  const isAsDeclared = (column: string) =>
    findTable(live, table)?.columns.find(({ name }) => name === column)?.type ===
    findTable(declared, table)?.columns.find(({ name }) => name === column)?.type;
  return UNCHECKED.filter((it) => it.table === table && !isValid(it.constraint) && isAsDeclared(it.field));
}

const country = countryOf("organization_country");

const UNCHECKED: readonly (Noted & { table: string; constraint: string })[] = [
  {
    table: "asn_inventory",
    constraint: "asn_inventory_asn_number_check",
    field: "asn_number",
    when: "asn_number < 1",
    reason: "'asn-out-of-range'",
    spelling: "null",
  },
  {
    table: "asn_inventory",
    constraint: "asn_inventory_organization_country_check",
    field: "organization_country",
    when: `organization_country collate "C" !~ '^[A-Z]{2}$'`,
    reason: `case when (${country}) is null then 'country-unreadable' else 'normalised' end`,
    spelling: "null",
  },
  {
    table: "ip_inventory",
    constraint: "ip_inventory_session_count_check",
    field: "session_count",
    when: "session_count < 0",
    reason: "'count-out-of-range'",
    spelling: "null",
  },
  {
    table: "ip_inventory",
    constraint: "fk_ip_current_asn",
    field: "current_asn",
    when: "current_asn < 1",
    reason: "'asn-out-of-range'",
    spelling: "null",
  },
];
