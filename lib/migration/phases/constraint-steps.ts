import { quoteIdentifier } from "@/lib/db/identifier";
import type { Inspection } from "@/lib/inspection/inspection";
import type { ConstraintSnapshot } from "@/lib/inspection/snapshot";
import { alterTableSql, constraintSql, validateConstraintSql } from "@/lib/migration/ddl";
import type { StatementStep, Step, TransactionStep } from "@/lib/migration/phase";
import { findTable } from "@/lib/migration/phases/declared-objects";

/**
 * Adds a missing check or foreign key NOT VALID, then validates it: the rows are looked at without blocking a writer.
 * One of another definition is dropped in the statement that adds it. Primary keys come with their tables.
 */
export function constraintSteps(inspection: Inspection, name: string, announceAdd: string[] = []): Step[] {
  const declared = inspection.declared.constraints.find((constraint) => constraint.name === name);
  if (declared === undefined) throw new Error(`constraint ${name} is not declared`);
  const live = inspection.live.constraints.find(
    (constraint) => constraint.table === declared.table && constraint.name === name,
  );
  const isDeclared = live?.definition === declared.definition;
  const add = isDeclared
    ? []
    : [addConstraintStep(inspection, declared, { announce: announceAdd, replaces: live !== undefined })];
  const validate = isDeclared && live.isValidated ? [] : [validateStep(inspection, declared)];
  return [...add, ...validate];
}

function addConstraintStep(
  inspection: Inspection,
  constraint: ConstraintSnapshot,
  { announce, replaces }: { announce: string[]; replaces: boolean },
): TransactionStep {
  const schema = inspection.declared.schema;
  return {
    kind: "transaction",
    id: `add-constraint:${schema}.${constraint.table}.${constraint.name}`,
    announce,
    confirm: replaces ? `${constraint.name} had another definition: dropped and added as declared` : null,
    lock: constraint.kind === "foreign-key" && !replaces ? "SHARE ROW EXCLUSIVE" : "ACCESS EXCLUSIVE",
    rows: 0,
    part: "data",
    sql: [
      alterTableSql(schema, constraint.table, [
        ...(replaces ? [`drop constraint ${quoteIdentifier(constraint.name)}`] : []),
        `add ${constraintSql(constraint)} not valid`,
      ]),
    ],
  };
}

function validateStep(inspection: Inspection, constraint: ConstraintSnapshot): StatementStep {
  const schema = inspection.declared.schema;
  return {
    kind: "statement",
    id: `validate-constraint:${schema}.${constraint.table}.${constraint.name}`,
    announce: [],
    confirm: `${constraint.name} validated`,
    lock: "SHARE UPDATE EXCLUSIVE",
    rows: findTable(inspection.live, constraint.table)?.rowEstimate ?? null,
    part: "data",
    sql: validateConstraintSql(schema, constraint),
    undo: null,
  };
}
