import type { Inspection } from "@/lib/inspection/inspection";
import type { IndexSnapshot } from "@/lib/inspection/snapshot";
import { createIndexSql, dropIndexSql } from "@/lib/migration/ddl";
import type { StatementStep, Step } from "@/lib/migration/phase";
import { findTable } from "@/lib/migration/phases/declared-objects";

/** Builds the missing ones of `names` concurrently, in that order; an invalid one is dropped first. Blocks nobody. */
export function indexSteps(
  inspection: Inspection,
  names: readonly string[],
  announce: (name: string) => string,
): Step[] {
  return names.flatMap((name) => {
    const declared = inspection.declared.indexes.find((index) => index.name === name);
    if (declared === undefined) throw new Error(`index ${name} is not declared`);
    const live = inspection.live.indexes.find((index) => index.name === name);
    if (live?.isValid === true) return [];
    return [
      ...(live === undefined ? [] : [dropInvalid(inspection, live)]),
      buildIndex(inspection, declared, announce(name)),
    ];
  });
}

function dropInvalid(inspection: Inspection, index: IndexSnapshot): StatementStep {
  const schema = inspection.declared.schema;
  return {
    kind: "statement",
    id: `drop-index:${schema}.${index.table}.${index.name}`,
    announce: [`Drop invalid index ${index.name}: a concurrent build did not finish`],
    confirm: null,
    lock: "SHARE UPDATE EXCLUSIVE",
    rows: null,
    part: "data",
    sql: dropIndexSql(schema, index.name, { concurrently: true }),
    undo: null,
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
