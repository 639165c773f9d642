import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { generatedFunctions } from "@/lib/enrichment/generated-functions";
import type { Inspection } from "@/lib/inspection/inspection";
import { type ColumnPair, isRetyped, type TableRepair } from "@/lib/inspection/repairs";
import type { ColumnSnapshot } from "@/lib/inspection/snapshot";
import {
  addColumnSql,
  alterTableSql,
  constraintSql,
  createFunctionSql,
  createIndexSql,
  dropConstraintSql,
  dropFunctionSql,
  renameIndexSql,
} from "@/lib/migration/ddl";
import type { PlanContext, TransactionStep } from "@/lib/migration/phase";
import { asOwner, findTable } from "@/lib/migration/phases/declared-objects";
import { keptName } from "@/lib/migration/phases/index-steps";
import { effectsOf, isRepairNeeded, repairOf } from "@/lib/migration/phases/repair";
import { isWithoutKey, keyPairs, keyStatements } from "@/lib/migration/phases/repair-keys";
import { type Noted, setAsideSql } from "@/lib/migration/phases/repair-set-aside";
import { type Conversion, conversionOf, NORMALISED } from "@/lib/migration/phases/repair-values";
import { aroundViews } from "@/lib/migration/phases/repair-views";

const FIRST_SEEN_LAST_SEEN = ["first_seen", "last_seen"];

/**
 * Brings a table of ours that is there into its declared shape, in one transaction and one rewrite; every row is kept.
 *
 * What the declared types cannot hold is noted first, from rows that are only read; rows are removed only where their
 * key cannot be kept. Deferred triggers are made immediate, so that none is pending when the table is altered (55006).
 */
export function repairTableSteps(context: PlanContext, table: string): TransactionStep[] {
  const { inspection } = context;
  const live = findTable(inspection.live, table);
  const repair = live === undefined ? null : repairOf(inspection, table);
  if (live === undefined || repair === null || !isRepairNeeded(inspection, repair)) return [];
  const { schema } = inspection.live;
  const effects = effectsOf(inspection, repair);
  const isOnlyAdded = repair.altered.length + repair.regenerated.length === 0 && repair.key === null;
  return [
    {
      kind: "transaction",
      id: `${isOnlyAdded ? "add-columns" : "repair-table"}:${schema}.${table}`,
      announce: isOnlyAdded ? [] : [`Repairing ${table} in place, every row kept`],
      confirm: isOnlyAdded
        ? `Added ${repair.missing.map(({ name }) => name).join(", ")} to ${table}`
        : `Repaired ${table}: ${describeRepair(repair, effects.lost)}`,
      lock: "ACCESS EXCLUSIVE",
      rows: isOnlyAdded && repair.missing.every((it) => it.generatedExpression === null) ? 0 : live.rowEstimate,
      part: "structure",
      sql: aroundViews(context, table, [
        `lock table ${qualify(schema, table)} in access exclusive mode`,
        "set constraints all immediate",
        ...freeKeyName(inspection, repair),
        ...effects.droppedKeys.map((key) => dropConstraintSql(schema, key)),
        ...keepStatements(inspection, repair),
        ...noteStatements(inspection, repair),
        ...keyStatements(inspection, repair),
        ...functionStatements(inspection, repair),
        ...alterStatements(inspection, repair),
        ...afterwards(inspection, repair),
        ...effects.remade.map((it) =>
          "kind" in it
            ? alterTableSql(schema, it.table, [`add ${constraintSql(it)}${it.isValidated ? "" : " not valid"}`])
            : createIndexSql(it),
        ),
        ...fillStatements(inspection, repair),
      ]),
    },
  ];
}

/** An index of others under the name of the declared key keeps what stands on it, under another name. */
function freeKeyName(inspection: Inspection, { table, key }: TableRepair): string[] {
  const { schema, indexes } = inspection.live;
  const taken = indexes.find((index) => index.table === table && index.name === key?.declared.name);
  if (taken === undefined || taken.name === key?.live?.name) return [];
  return [renameIndexSql(schema, taken.name, keptName(inspection, taken.name))];
}

function describeRepair(
  { missing, regenerated, altered, key }: TableRepair,
  lost: readonly { name: string }[],
): string {
  const names = (columns: readonly { name: string }[]) => columns.map(({ name }) => name).join(", ");
  const changes = altered.map(({ declared, live }) =>
    declared.type === live.type ? declared.name : `${declared.name} ${live.type} to ${declared.type}`,
  );
  const said: [string, string][] = [
    ["changed", changes.join(", ")],
    ["generated", names(regenerated.map(({ declared }) => declared))],
    ["added", names(missing)],
    ["key", key === null ? "" : key.declared.definition],
    ["dropped", lost.length === 0 ? "" : `${names(lost)}, made again by a later step`],
  ];
  return said
    .filter(([, what]) => what !== "")
    .map(([verb, what]) => `${verb} ${what}`)
    .join("; ");
}

function noteStatements(inspection: Inspection, repair: TableRepair): string[] {
  if (isWithoutKey(inspection, repair)) return [];
  const all = notedIn(inspection, repair);
  if (all.length === 0) return [];
  const keys = keyPairs(inspection, repair.table);
  const key = keys.map(({ live }) => `coalesce(${quoteIdentifier(live.name)}::text, '')`).join(" || ' ' || ");
  return [setAsideSql(inspection.live.schema, { table: repair.table, key }, all)];
}

/** Values of columns that change type and cannot stay as they are; those of key columns are noted with their rows. */
export function notedIn(inspection: Inspection, repair: TableRepair): Noted[] {
  const keys = keyPairs(inspection, repair.table);
  const noted = repair.altered
    .filter(({ declared }) => !keys.some((key) => key.declared.name === declared.name))
    .flatMap((pair): Noted[] => {
      const conversion = conversionOf(pair);
      return conversion === null ? [] : notedValues(pair.declared.name, conversion);
    });
  const missingTimes = repair.altered
    .filter(({ declared, live }) => FIRST_SEEN_LAST_SEEN.includes(declared.name) && live.isNullable)
    .map(({ declared }) => ({
      field: declared.name,
      when: `${quoteIdentifier(declared.name)} is null`,
      reason: "'time-missing'",
      spelling: "null",
    }));
  return [...noted, ...missingTimes];
}

function notedValues(field: string, { isRefused, isNormalised, reason, spelling }: Conversion): Noted[] {
  const refused = { field, when: isRefused, reason, spelling };
  if (isNormalised === null) return isRefused === "false" ? [] : [refused];
  return [refused, { field, when: isNormalised, reason: `'${NORMALISED}'`, spelling }];
}

/** A column generated by others that is declared plain keeps what was generated. Before the retype, which would refuse. */
function keepStatements({ live: { schema } }: Inspection, { table, altered }: TableRepair): string[] {
  const generated = altered.filter(({ live }) => live.generatedExpression !== null);
  const keep = ({ live }: ColumnPair) => `alter column ${quoteIdentifier(live.name)} drop expression`;
  return generated.length === 0 ? [] : [alterTableSql(schema, table, generated.map(keep))];
}

/** Functions of another definition are made anew; the columns that call them have to go first. */
function functionStatements(inspection: Inspection, repair: TableRepair): string[] {
  if (repair.table !== "ip_inventory") return [];
  const { schema } = inspection.live;
  const others = differentFunctions(inspection);
  if (others.length === 0) return [];
  const callers = repair.regenerated.filter(({ live }) => live.generatedExpression !== null);
  return [
    ...(callers.length === 0 ? [] : [alterTableSql(schema, repair.table, callers.map(dropColumn))]),
    ...remakeFunctionStatements(inspection),
  ];
}

/** Drops and makes anew each helper function that has another definition than declared. */
function remakeFunctionStatements(inspection: Inspection): string[] {
  const { schema } = inspection.live;
  const others = differentFunctions(inspection);
  return [
    ...others.map((definition) => dropFunctionSql(schema, definition)),
    ...asOwner(
      inspection,
      others.flatMap((definition) => createFunctionSql(schema, definition)),
    ),
  ];
}

function differentFunctions(inspection: Inspection) {
  const names = inspection.drift.filter(({ kind }) => kind === "different-function").map(({ name }) => name);
  return generatedFunctions(inspection.live.schema).filter(({ name }) => names.includes(name));
}

function alterStatements(inspection: Inspection, repair: TableRepair): string[] {
  const actions = alterActions(inspection, repair);
  return actions.length === 0 ? [] : [alterTableSql(inspection.live.schema, repair.table, actions)];
}

/** PostgreSQL drops before it retypes, retypes before it adds, and fills and checks while it rewrites: one rewrite. */
function alterActions(inspection: Inspection, repair: TableRepair): string[] {
  const hasFunctions = repair.table === "ip_inventory" && differentFunctions(inspection).length > 0;
  const isDropped = ({ live }: ColumnPair) => hasFunctions && live.generatedExpression !== null;
  const { key } = repair;
  return [
    ...(key?.live == null ? [] : [`drop constraint ${quoteIdentifier(key.live.name)}`]),
    ...repair.regenerated.filter((pair) => !isDropped(pair)).map(dropColumn),
    ...repair.altered.flatMap((pair) => columnActions(inspection, repair.table, pair)),
    ...repair.missing.map((column) =>
      addColumnSql(isToBeFilled(column) ? { ...column, defaultExpression: NOW } : column),
    ),
    // After the missing ones, which they may be generated from.
    ...repair.regenerated.map(({ declared }) => addColumnSql(declared)),
    ...(key === null ? [] : [`add ${constraintSql(key.declared)}`]),
  ];
}

const NOW = "pg_catalog.now()";
const dropColumn = ({ live }: ColumnPair) => `drop column ${quoteIdentifier(live.name)}`;

/** NOT NULL and without a default: rows that are there get the time of the repair, or that of their making. */
const isToBeFilled = ({ name }: ColumnSnapshot) => FIRST_SEEN_LAST_SEEN.includes(name);

function columnActions(inspection: Inspection, table: string, pair: ColumnPair): string[] {
  const { declared, live } = pair;
  const column = `alter column ${quoteIdentifier(declared.name)}`;
  const hasOtherDefault = declared.defaultExpression !== live.defaultExpression || isRetyped(pair);
  const using = newValue(inspection, table, pair);
  const isKept = !isRetyped(pair) && using === null;
  const drop = live.defaultExpression === "generated as identity" ? "drop identity if exists" : "drop default";
  return [
    ...(hasOtherDefault && live.defaultExpression !== null ? [`${column} ${drop}`] : []),
    ...(isKept ? [] : [`${column} type ${declared.type}${using === null ? "" : ` using ${using}`}`]),
    ...(hasOtherDefault && declared.defaultExpression !== null
      ? [`${column} set default ${declared.defaultExpression}`]
      : []),
    ...(declared.isNullable === live.isNullable ? [] : [`${column} ${declared.isNullable ? "drop" : "set"} not null`]),
  ];
}

/** What a row's value becomes; null where it stays. */
function newValue(inspection: Inspection, table: string, pair: ColumnPair): string | null {
  const column = quoteIdentifier(pair.live.name);
  const value = conversionOf(pair)?.value ?? null;
  const otherwise = pair.declared.defaultExpression ?? standIn(inspection, table, pair.declared);
  if (pair.declared.isNullable) {
    if (value === null || otherwise === null) return value;
    return `case when ${column} is not null then coalesce(${value}, ${otherwise}) end`;
  }
  const isFilled = otherwise !== null && (pair.live.isNullable || value !== null);
  return isFilled ? `coalesce(${value ?? column}, ${otherwise})` : value;
}

/** For a time that is missing and must not be: when the row was made, else now. */
function standIn(inspection: Inspection, table: string, column: ColumnSnapshot): string | null {
  if (!FIRST_SEEN_LAST_SEEN.includes(column.name)) return null;
  const live = findTable(inspection.live, table)?.columns.find(({ name }) => name === "created_at");
  if (live === undefined) return NOW;
  const made = conversionOf({ declared: column, live })?.value ?? quoteIdentifier(live.name);
  return `coalesce(${made}, ${NOW})`;
}

/** A default that only filled the rows that were there. */
function afterwards({ live: { schema } }: Inspection, { table, missing }: TableRepair): string[] {
  const filled = missing.filter(isToBeFilled);
  if (filled.length === 0) return [];
  return [
    alterTableSql(
      schema,
      table,
      filled.map(({ name }) => `alter column ${quoteIdentifier(name)} drop default`),
    ),
  ];
}

/** What new columns of old rows can be known of; last, so that no statement alters the table after rows were written. */
function fillStatements(inspection: Inspection, { table, missing }: TableRepair): string[] {
  const columns = findTable(inspection.live, table)?.columns ?? [];
  const has = (name: string) => columns.some((column) => column.name === name);
  const times = missing.filter((column) => isToBeFilled(column) && has("created_at")).map(({ name }) => name);
  const name = qualify(inspection.live.schema, table);
  const registry = missing.some((column) => column.name === "registry") && has("rir_registry");
  return [
    ...(times.length === 0 ? [] : [`update ${name} set ${times.map((it) => `${it} = created_at`).join(", ")}`]),
    ...(registry ? [fillRegistrySql(name)] : []),
  ];
}

const fillRegistrySql = (table: string) => `update ${table}
set registry = pg_catalog.btrim(rir_registry::text, E' \\t\\n\\r\\f\\x0b')
where pg_catalog.length(pg_catalog.btrim(rir_registry::text, E' \\t\\n\\r\\f\\x0b')) between 1 and 10`;
