import type { Inspection } from "@/lib/inspection/inspection";
import type { ConstraintSnapshot } from "@/lib/inspection/snapshot";
import { addConstraintSql, validateConstraintSql } from "@/lib/migration/ddl";
import type { StatementStep, Step, TransactionStep } from "@/lib/migration/phase";
import { findTable } from "@/lib/migration/phases/declared-objects";

/** Adds a missing constraint NOT VALID, then validates it: the rows are looked at without blocking a writer. */
export function constraintSteps(inspection: Inspection, name: string, announceAdd: string[] = []): Step[] {
  const declared = inspection.declared.constraints.find((constraint) => constraint.name === name);
  if (declared === undefined) throw new Error(`constraint ${name} is not declared`);
  const isKey = declared.kind === "primary-key";
  const live = inspection.live.constraints.find(
    (constraint) =>
      constraint.table === declared.table && (isKey ? constraint.kind === "primary-key" : constraint.name === name),
  );
  if (isKey) return live === undefined ? [addConstraintStep(inspection, declared, announceAdd)] : [];
  const add = live === undefined ? [addConstraintStep(inspection, declared, announceAdd)] : [];
  const validate = live?.isValidated === true ? [] : [validateStep(inspection, declared)];
  return [...add, ...validate];
}

function addConstraintStep(
  inspection: Inspection,
  constraint: ConstraintSnapshot,
  announce: string[],
): TransactionStep {
  const schema = inspection.declared.schema;
  return {
    kind: "transaction",
    id: `add-constraint:${schema}.${constraint.table}.${constraint.name}`,
    announce,
    confirm: null,
    lock: constraint.kind === "foreign-key" ? "SHARE ROW EXCLUSIVE" : "ACCESS EXCLUSIVE",
    rows: 0,
    part: constraint.kind === "primary-key" ? "structure" : "data",
    sql: [addConstraintSql(schema, constraint, { notValid: constraint.kind !== "primary-key" })],
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
