import { RESWEEP_COLUMN, replacedName } from "@/lib/db/repair-names";
import { foreignKeyFates, takenAlong } from "@/lib/inspection/foreign-keys";
import type { Inspection } from "@/lib/inspection/inspection";
import { OWN_TABLES } from "@/lib/inspection/ownership";
import { type ColumnPair, indexBody, isNamedIn, readRepair, type TableRepair } from "@/lib/inspection/repairs";
import type { ColumnSnapshot, ConstraintSnapshot, IndexSnapshot, SchemaSnapshot } from "@/lib/inspection/snapshot";
import { declaredTable, findTable } from "@/lib/migration/phases/declared-objects";

/** What a repair does beside the columns themselves. */
export interface RepairEffects {
  /** Foreign keys that have to go: PostgreSQL would refuse the change, or check every session under the lock. */
  droppedKeys: ConstraintSnapshot[];
  /** Of others, on columns that are dropped and added, and foreign keys that had to go: made again as they were. */
  remade: (IndexSnapshot | ConstraintSnapshot)[];
  /** Ours, on columns that are dropped and added, and foreign keys that had to go: made again by the steps after it. */
  lost: (IndexSnapshot | ConstraintSnapshot)[];
}

/** What a run has to do to the columns and the key of `table`. */
export function repairOf(inspection: Inspection, table: string): TableRepair {
  return readRepair(inspection, table);
}

/** Whether there is anything to repair in a table that is there. */
export function isRepairNeeded(inspection: Inspection, repair: TableRepair): boolean {
  const { missing, regenerated, altered, replaced, key, table } = repair;
  const hasOtherFunctions =
    table === "ip_inventory" && inspection.drift.some(({ kind }) => kind === "different-function");
  return (
    missing.length + regenerated.length + altered.length + replaced.length > 0 || key !== null || hasOtherFunctions
  );
}

/** What else goes and comes with a repair. */
export function effectsOf(inspection: Inspection, repair: TableRepair): RepairEffects {
  const { indexes, constraints } = takenAlong(inspection, repair);
  const { ours, remade } = foreignKeyFates(inspection, repair);
  const isDeclared = (it: IndexSnapshot | ConstraintSnapshot) =>
    [...inspection.declared.indexes, ...inspection.declared.constraints].some(
      ({ name, table }) => name === it.name && table === it.table,
    );
  const isDroppedKey = (it: IndexSnapshot | ConstraintSnapshot) => [...ours, ...remade].some((key) => key === it);
  const standing = [...indexes, ...constraints].filter((it) => !isDroppedKey(it));
  return {
    droppedKeys: [...ours, ...remade],
    // Keys last: they may refer to an index among the others.
    remade: [...standing.filter((it) => !isDeclared(it)), ...remade],
    lost: [...standing.filter(isDeclared), ...ours],
  };
}

/** The inspection as it will be once every repair is done: what the steps behind them are planned from. Pure. */
export function afterRepairs(inspection: Inspection): Inspection {
  const tables = ["session_summaries", ...OWN_TABLES].filter(
    (table) => findTable(inspection.live, table) !== undefined,
  );
  const repairs = tables.map((table) => repairOf(inspection, table)).filter((it) => isRepairNeeded(inspection, it));
  const live = repairs.reduce((before, repair) => afterRepair(inspection, before, repair), inspection.live);
  const drift = inspection.drift.filter(({ kind }) => kind !== "different-function");
  return { ...inspection, live, drift: repairs.length === 0 ? inspection.drift : drift };
}

function afterRepair(inspection: Inspection, before: SchemaSnapshot, repair: TableRepair): SchemaSnapshot {
  const { lost } = effectsOf(inspection, repair);
  const gone = [...lost, ...(repair.key?.live == null ? [] : [repair.key.live])];
  const isGone = (it: { name: string; table: string }) =>
    gone.some(({ name, table }) => name === it.name && table === it.table);
  const declared = declaredTable(inspection, repair.table).columns;
  const renamed = repair.replaced.map(({ live }) => ({ ...live, name: replacedName(live.name) }));
  const columns = (live: ColumnSnapshot[]) => [
    ...declared
      .filter(({ name }) => [...repair.missing, ...live].some((it) => it.name === name))
      .map((column) =>
        [...repair.missing, ...pairsOf(repair)].some(({ name }) => name === column.name)
          ? column
          : (live.find(({ name }) => name === column.name) ?? column),
      ),
    ...live.filter(({ name }) => !declared.some((it) => it.name === name)),
    ...renamed,
    ...(isSweptAgain(inspection, repair) ? [RESWEEP] : []),
  ];
  return {
    ...before,
    tables: before.tables.map((table) =>
      table.name === repair.table ? { ...table, columns: columns(table.columns) } : table,
    ),
    indexes: before.indexes
      .filter((index) => !isGone(index))
      .map((index) => (index.table === repair.table ? withRenamed(index, repair.replaced) : index)),
    constraints: [
      ...before.constraints.filter((it) => !isGone(it)),
      ...(repair.key === null ? [] : [repair.key.declared]),
    ],
  };
}

const pairsOf = ({ regenerated, altered, replaced }: TableRepair): ColumnSnapshot[] =>
  [...regenerated, ...altered, ...replaced].map(({ declared }) => declared);

const RESWEEP: ColumnSnapshot = {
  name: RESWEEP_COLUMN,
  type: "boolean",
  isNullable: true,
  defaultExpression: null,
  generatedExpression: null,
};

/** An index follows its column under the new name. */
function withRenamed(index: IndexSnapshot, replaced: ColumnPair[]): IndexSnapshot {
  const isMoved = replaced.some(({ live }) => isNamedIn(indexBody(index), live.name));
  return isMoved ? { ...index, definition: `${index.definition} (on a column that was renamed)` } : index;
}

/** Whether sessions that were swept before have to be swept again, for columns that were not there or not so then. */
export function isSweptAgain(inspection: Inspection, { table, missing, replaced }: TableRepair): boolean {
  if (table !== "session_summaries" || missing.length + replaced.length === 0) return false;
  const columns = findTable(inspection.live, table)?.columns ?? [];
  return replaced.length > 0 || columns.some(({ name }) => name === "enrichment_at");
}
