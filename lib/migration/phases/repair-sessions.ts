import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { RESWEEP_COLUMN, replacedName } from "@/lib/db/repair-names";
import type { SessionValue } from "@/lib/enrichment/rules";
import { dueAgain, type Refill, type SweepShape } from "@/lib/enrichment/session-reading";
import type { Inspection } from "@/lib/inspection/inspection";
import { type ColumnPair, isNamedIn, isRetyped, replacedColumns } from "@/lib/inspection/repairs";
import { addColumnSql, alterTableSql, dropConstraintSql } from "@/lib/migration/ddl";
import type { PlanContext, Step, TransactionStep } from "@/lib/migration/phase";
import { findTable } from "@/lib/migration/phases/declared-objects";
import { afterRepairs, effectsOf, isRepairNeeded, isSweptAgain, repairOf } from "@/lib/migration/phases/repair";
import { moveAsideStatements } from "@/lib/migration/phases/repair-remade";
import { conversionOf, countryOf } from "@/lib/migration/phases/repair-values";
import { aroundViews } from "@/lib/migration/phases/repair-views";

const TABLE = "session_summaries";
const CHECK = "snapshot_country_iso";

/**
 * Gives `session_summaries` the declared columns without rewriting a row, in one short transaction. A column of another
 * type is renamed away and added anew; where sessions were swept before, every one is marked to be swept again, by a
 * default that costs no row. The sweep takes the values over and clears the mark, `finishRepairSteps` ends it.
 */
export function repairSessionsSteps(context: PlanContext): TransactionStep[] {
  const { inspection } = context;
  const { schema } = inspection.live;
  const repair = repairOf(inspection, TABLE);
  if (!isRepairNeeded(inspection, repair)) return [];
  const { missing, altered, replaced } = repair;
  const isOnlyAdded = altered.length + replaced.length === 0;
  const names = (columns: { name: string }[]) => columns.map(({ name }) => name).join(", ");
  const added = [...missing, ...replaced.map(({ declared }) => declared)];
  const isMarked = isSweptAgain(inspection, repair);
  const done = [
    ...(added.length === 0 ? [] : [`Added ${names(added)} to ${TABLE}`]),
    ...(replaced.length === 0 ? [] : [`kept the values of other types aside until they are taken over`]),
    ...(altered.length === 0 ? [] : [`changed ${names(altered.map(({ declared }) => declared))}, no row touched`]),
    ...(isMarked ? ["every session is swept again"] : []),
  ];
  return [
    {
      kind: "transaction",
      id: `${isOnlyAdded ? "add-columns" : "repair-table"}:${schema}.${TABLE}`,
      announce: [],
      confirm: done.join("; "),
      lock: "ACCESS EXCLUSIVE",
      rows: 0,
      part: "structure",
      sql: aroundViews(context, TABLE, [
        ...effectsOf(inspection, repair).droppedKeys.map((key) => dropConstraintSql(schema, key)),
        ...checksOn(inspection, replaced).map((check) => dropConstraintSql(schema, check)),
        ...replaced.flatMap((pair) => renameStatements(schema, pair)),
        ...moveAsideStatements(inspection, replaced),
        alterTableSql(schema, TABLE, [
          ...(isMarked && hasMark(inspection) ? [`drop column ${RESWEEP_COLUMN}`] : []),
          ...altered.flatMap(alterActions),
          ...added.map(addColumnSql),
          ...(isMarked ? [`add column ${RESWEEP_COLUMN} boolean default true`] : []),
        ]),
        // Sessions that come from now on are open by themselves.
        ...(isMarked ? [alterTableSql(schema, TABLE, [`alter column ${RESWEEP_COLUMN} drop default`])] : []),
      ]),
    },
  ];
}

/** Our check on a column that is renamed away would follow it; the declared one is added again later. */
function checksOn({ live, declared }: Inspection, replaced: ColumnPair[]) {
  return live.constraints.filter(
    (it) =>
      it.table === TABLE &&
      declared.constraints.some(
        ({ name, table, kind }) => kind === "check" && name === it.name && table === it.table,
      ) &&
      replaced.some((pair) => isNamedIn(it.definition, pair.live.name)),
  );
}

function renameStatements(schema: string, { live }: ColumnPair): string[] {
  const column = quoteIdentifier(live.name);
  const left = quoteIdentifier(replacedName(live.name));
  // What ingest does not know it cannot fill.
  return [
    `alter table ${qualify(schema, TABLE)} rename column ${column} to ${left}`,
    ...(live.isNullable ? [] : [alterTableSql(schema, TABLE, [`alter column ${left} drop not null`])]),
  ];
}

function alterActions(pair: ColumnPair): string[] {
  const { declared, live } = pair;
  const column = `alter column ${quoteIdentifier(declared.name)}`;
  const drop = live.defaultExpression === "generated as identity" ? "drop identity if exists" : "drop default";
  return [
    ...(live.generatedExpression === null ? [] : [`${column} drop expression`]),
    ...(live.defaultExpression === null ? [] : [`${column} ${drop}`]),
    ...(isRetyped(pair) ? [`${column} type ${declared.type}`] : []),
    ...(live.isNullable ? [] : [`${column} drop not null`]),
  ];
}

/** Ends a repair of the sessions, once none is left to be swept again: the mark goes, and what was kept aside. */
export function finishRepairSteps(context: PlanContext): Step[] {
  const after = afterRepairs(context.inspection);
  const { schema } = after.live;
  const columns = [...replacedColumns(after).map(({ live }) => live.name), ...(hasMark(after) ? [RESWEEP_COLUMN] : [])];
  if (columns.length === 0) return [];
  const drop = alterTableSql(
    schema,
    TABLE,
    columns.map((column) => `drop column ${quoteIdentifier(column)}`),
  );
  return [
    {
      kind: "transaction",
      id: `finish-repair:${schema}.${TABLE}`,
      announce: [],
      confirm: `Repair of ${TABLE} finished: every session was swept again, ${columns.join(", ")} dropped`,
      lock: "ACCESS EXCLUSIVE",
      rows: 0,
      part: "data",
      sql: [...(hasMark(after) ? [checkMarkSql(schema)] : []), drop],
    },
  ];
}

/** A mark is only ever cleared: where none is seen before the lock, none is there under it. */
const checkMarkSql = (schema: string) => `do $$ begin
  if exists (select 1 from ${qualify(schema, TABLE)} where ${RESWEEP_COLUMN}) then
    raise exception 'sessions are left that could not be swept again: their rows were locked all the while; run again';
  end if;
end $$`;

const hasMark = (inspection: Inspection) =>
  findTable(inspection.live, TABLE)?.columns.some(({ name }) => name === RESWEEP_COLUMN) === true;

/** Whether sessions that were swept are swept again in this run. */
export const isReswept = (inspection: Inspection): boolean => hasMark(afterRepairs(inspection));

/** What a sweep has to know of a repair that this run makes or that an earlier one began. */
export function repairShape(inspection: Inspection): Pick<SweepShape, "refills" | "isReswept"> {
  const after = afterRepairs(inspection);
  const refills = replacedColumns(after).map(takenOver);
  const isReplaced = refills.some(({ column }) => column === "snapshot_country");
  return {
    refills: isCountryUnchecked(inspection) && !isReplaced ? [...refills, UNCHECKED_COUNTRY] : refills,
    isReswept: hasMark(after),
  };
}

/** SQL condition over `s`, the sessions as they are now: swept, and to be swept again for a repair; null: none is. */
export function againSql(inspection: Inspection): string | null {
  const isUnchecked = repairShape(inspection).refills?.includes(UNCHECKED_COUNTRY) === true;
  return dueAgain({ isReswept: hasMark(inspection), refills: isUnchecked ? [UNCHECKED_COUNTRY] : [] });
}

function takenOver(pair: ColumnPair): Refill {
  // Only columns that the sweep fills are ever renamed away.
  const column = pair.declared.name as SessionValue;
  const left = `s.${quoteIdentifier(pair.live.name)}`;
  const conversion = conversionOf(pair, left);
  return {
    column,
    held: `coalesce(s.${column}, ${conversion?.value ?? left})`,
    isDue: "false",
    isRefused: conversion === null ? "false" : `s.${column} is null and ${conversion.isRefused}`,
    reason: conversion?.reason ?? "null",
    spelling: conversion?.spelling ?? "null",
  };
}

/** Countries that somebody wrote before the check was there: put right in batches, since there may be many. */
const UNCHECKED_COUNTRY: Refill = {
  column: "snapshot_country",
  held: countryOf("s.snapshot_country"),
  isDue: `s.snapshot_country collate "C" !~ '^[A-Z]{2}$'`,
  isRefused: `s.snapshot_country collate "C" !~ '^[A-Z]{2}$'`,
  reason: `case when (${countryOf("s.snapshot_country")}) is null then 'country-unreadable' else 'normalised' end`,
  spelling: "s.snapshot_country::text",
};

function isCountryUnchecked({ live }: Inspection): boolean {
  const isThere = findTable(live, TABLE)?.columns.some(({ name }) => name === "snapshot_country") === true;
  return isThere && !live.constraints.some((it) => it.table === TABLE && it.name === CHECK && it.isValidated);
}
