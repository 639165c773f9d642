import { qualify } from "@/lib/db/identifier";
import type { Inspection } from "@/lib/inspection/inspection";
import type { Step, TransactionStep } from "@/lib/migration/phase";
import { constraintSteps } from "@/lib/migration/phases/constraint-steps";
import { declaredTable, findTable } from "@/lib/migration/phases/declared-objects";
import { unlinkAsnStatements } from "@/lib/migration/phases/repair-keys";
import { rowsWhere, setAsideSql, wholeRow } from "@/lib/migration/phases/repair-set-aside";
import { countryOf } from "@/lib/migration/phases/repair-values";

/**
 * Adds checks NOT VALID, so that no new row breaks them, then puts right the rows that do, then validates. Rows are
 * written in a transaction without DDL.
 */
export function checkSteps(inspection: Inspection, names: readonly string[], statements: () => string[]): Step[] {
  const steps = names.flatMap((name) => constraintSteps(inspection, name));
  const isValidation = (step: Step) => step.id.startsWith("validate-");
  const validations = steps.filter(isValidation);
  if (validations.length === 0) return steps;
  const table = inspection.declared.constraints.find(({ name }) => name === names[0])?.table ?? "";
  return [
    ...steps.filter((step) => !isValidation(step)),
    rowsStep(`repair-rows:${inspection.live.schema}.${table}`, statements()),
    ...validations,
  ];
}

/** Before the key to the ASNs can be validated: addresses that name an ASN below 1, which has no row. */
export function unlinkSteps(inspection: Inspection): Step[] {
  const keys = inspection.live.constraints;
  if (keys.some((it) => it.table === "ip_inventory" && it.name === "fk_ip_current_asn" && it.isValidated)) return [];
  return [rowsStep(`unlink-asns:${inspection.live.schema}.ip_inventory`, unlinkAsnStatements(inspection))];
}

/**
 * Rows of `asn_inventory` that its checks refuse: a number below 1 goes whole, a country is put right or NULL.
 *
 * @param found as it is before this table's phase: the addresses are repaired only after it.
 * @param inspection as it is once this table is repaired.
 */
export function asnRowStatements(found: Inspection, inspection: Inspection): string[] {
  const { schema } = inspection.live;
  const table = qualify(schema, "asn_inventory");
  const live = findTable(inspection.live, "asn_inventory") ?? declaredTable(inspection, "asn_inventory");
  const noted = { table: "asn_inventory", key: "asn_number::text" };
  const country = countryOf("organization_country");
  const isOdd = `organization_country collate "C" !~ '^[A-Z]{2}$'`;
  return [
    ...unlinkAsnStatements(found),
    setAsideSql(schema, { ...noted, from: rowsWhere(table, "asn_number < 1") }, wholeRow(live, "asn-out-of-range")),
    `delete from ${table} where asn_number < 1`,
    setAsideSql(schema, noted, [
      {
        field: "organization_country",
        when: isOdd,
        reason: `case when (${country}) is null then 'country-unreadable' else 'normalised' end`,
        spelling: "organization_country::text",
      },
    ]),
    `update ${table} set organization_country = ${country} where ${isOdd}`,
  ];
}

/** Rows of `ip_inventory` that its check refuses: a count below zero becomes the declared default. */
export function addressRowStatements(inspection: Inspection): string[] {
  const { schema } = inspection.live;
  const noted = { field: "session_count", when: "session_count < 0", reason: "'count-out-of-range'" };
  return [
    setAsideSql(schema, { table: "ip_inventory", key: "ip_address::text" }, [
      { ...noted, spelling: "session_count::text" },
    ]),
    `update ${qualify(schema, "ip_inventory")} set session_count = default where session_count < 0`,
  ];
}

function rowsStep(id: string, sql: string[]): TransactionStep {
  return {
    kind: "transaction",
    id,
    announce: [],
    confirm: null,
    lock: "ROW EXCLUSIVE",
    rows: null,
    part: "data",
    sql,
  };
}
