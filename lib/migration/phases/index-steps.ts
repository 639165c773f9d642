import type { Inspection } from "@/lib/inspection/inspection";
import type { IndexSnapshot } from "@/lib/inspection/snapshot";
import { createIndexSql, dropConstraintSql, dropIndexSql } from "@/lib/migration/ddl";
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
      ...(live === undefined ? [] : [live.isConstraint ? dropKey(inspection, live) : dropIndex(inspection, live)]),
      buildIndex(inspection, declared, announce(name)),
    ];
  });
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
    rows: null,
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
  return {
    kind: "statement",
    id: `create-index:${inspection.declared.schema}.${index.table}.${index.name}`,
    announce: [announce],
    confirm: null,
    lock: "SHARE UPDATE EXCLUSIVE",
    rows: findTable(inspection.live, index.table)?.rowEstimate ?? null,
    part: "data",
    sql: createIndexSql(index, { concurrently: true }),
    undo: dropIndexSql(inspection.declared.schema, index.name, { concurrently: true, ifExists: true }),
  };
}
