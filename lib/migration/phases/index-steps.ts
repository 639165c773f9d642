import type { Inspection } from "@/lib/inspection/inspection";
import type { IndexSnapshot } from "@/lib/inspection/snapshot";
import { createIndexSql, dropConstraintSql, dropIndexSql, renameIndexSql } from "@/lib/migration/ddl";
import type { StatementStep, Step, TransactionStep } from "@/lib/migration/phase";
import { findTable } from "@/lib/migration/phases/declared-objects";

/**
 * Builds the missing ones of `names` concurrently, in that order; one that is invalid or has another definition is
 * dropped first. Blocks nobody.
 */
export function indexSteps(
  inspection: Inspection,
  names: readonly string[],
  announce: (name: string) => string,
): Step[] {
  return names.flatMap((name) => {
    const declared = inspection.declared.indexes.find((index) => index.name === name);
    if (declared === undefined) throw new Error(`index ${name} is not declared`);
    const live = inspection.live.indexes.find((index) => index.name === name);
    if (live?.isValid === true && !live.isConstraint && live.definition === declared.definition) return [];
    return [
      ...(live === undefined ? [] : [clearName(inspection, live)]),
      buildIndex(inspection, declared, announce(name)),
    ];
  });
}

/** Builds indexes that a run has dropped, those of others among them, concurrently; an invalid one goes first. */
export function buildAgainSteps(inspection: Inspection, indexes: readonly IndexSnapshot[]): Step[] {
  return indexes.flatMap((index) => {
    const live = inspection.live.indexes.find(({ name }) => name === index.name);
    if (live?.isValid === true) return [];
    return [
      ...(live === undefined ? [] : [dropIndex(inspection, live)]),
      buildIndex(inspection, index, `Create ${index.name} index again`),
    ];
  });
}

/** The inspection as it is without the indexes `gone`. Pure. */
export function withoutIndexes(inspection: Inspection, gone: readonly IndexSnapshot[]): Inspection {
  const indexes = inspection.live.indexes.filter(({ name }) => !gone.some((index) => index.name === name));
  return { ...inspection, live: { ...inspection.live, indexes } };
}

/** The first name behind `name` that no index of the tables of interest has. */
export function keptName({ live }: Inspection, name: string): string {
  const isFree = (candidate: string) => !live.indexes.some((index) => index.name === candidate);
  const candidates = live.indexes.map((_, number) => `${name}_kept${number === 0 ? "" : number + 1}`);
  return candidates.find(isFree) ?? `${name}_kept`;
}

function clearName(inspection: Inspection, index: IndexSnapshot): Step {
  if ((index.foreignKeys ?? []).length > 0) return renameIndex(inspection, index);
  return index.isConstraint ? dropKey(inspection, index) : dropIndex(inspection, index);
}

/** An index that foreign keys stand on cannot go (2BP01): it makes room and stays. */
function renameIndex(inspection: Inspection, index: IndexSnapshot): TransactionStep {
  const schema = inspection.declared.schema;
  const kept = keptName(inspection, index.name);
  return {
    kind: "transaction",
    id: `rename-index:${schema}.${index.table}.${index.name}`,
    announce: [`Rename index ${index.name} to ${kept}: ${(index.foreignKeys ?? []).join(", ")} stands on it`],
    confirm: null,
    lock: "SHARE UPDATE EXCLUSIVE",
    rows: 0,
    part: "data",
    sql: [renameIndexSql(schema, index.name, kept)],
  };
}

function dropIndex(inspection: Inspection, index: IndexSnapshot): StatementStep {
  const schema = inspection.declared.schema;
  const why = index.isValid ? "it has another definition" : "a concurrent build did not finish";
  return {
    kind: "statement",
    id: `drop-index:${schema}.${index.table}.${index.name}`,
    announce: [`Drop ${index.isValid ? "" : "invalid "}index ${index.name}: ${why}`],
    confirm: null,
    lock: "SHARE UPDATE EXCLUSIVE",
    rows: 0,
    part: "data",
    sql: dropIndexSql(schema, index.name, { concurrently: true }),
    undo: null,
  };
}

/** An index of that name that a constraint brought along goes only with the constraint. */
function dropKey(inspection: Inspection, index: IndexSnapshot): TransactionStep {
  const schema = inspection.declared.schema;
  return {
    kind: "transaction",
    id: `drop-constraint:${schema}.${index.table}.${index.name}`,
    announce: [`Drop constraint ${index.name}: its index has the name of a declared one`],
    confirm: null,
    lock: "ACCESS EXCLUSIVE",
    rows: 0,
    part: "data",
    sql: [dropConstraintSql(schema, index)],
  };
}

function buildIndex(inspection: Inspection, index: IndexSnapshot, announce: string): StatementStep {
  // A table that is still to be made is empty when its indexes are built: its rows come after them.
  const table = findTable(inspection.live, index.table);
  return {
    kind: "statement",
    id: `create-index:${inspection.declared.schema}.${index.table}.${index.name}`,
    announce: [announce],
    confirm: null,
    lock: "SHARE UPDATE EXCLUSIVE",
    rows: table === undefined ? 0 : table.rowEstimate,
    part: "data",
    sql: createIndexSql(index, { concurrently: true }),
    undo: dropIndexSql(inspection.declared.schema, index.name, { concurrently: true, ifExists: true }),
  };
}
