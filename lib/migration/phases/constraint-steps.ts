import { quoteIdentifier } from "@/lib/db/identifier";
import type { Inspection } from "@/lib/inspection/inspection";
import type { ConstraintSnapshot, IndexSnapshot } from "@/lib/inspection/snapshot";
import { alterTableSql, constraintSql, validateConstraintSql } from "@/lib/migration/ddl";
import type { StatementStep, Step, TransactionStep } from "@/lib/migration/phase";
import { findTable } from "@/lib/migration/phases/declared-objects";
import { buildAgainSteps } from "@/lib/migration/phases/index-steps";

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

/**
 * Adds a constraint of others as it was, unless it is there; looks at the rows only if it was valid.
 *
 * @param key the index behind a unique constraint, built concurrently first.
 */
export function addAgainSteps(inspection: Inspection, constraint: ConstraintSnapshot, key?: IndexSnapshot): Step[] {
  const live = inspection.live.constraints.find(
    ({ table, name }) => table === constraint.table && name === constraint.name,
  );
  const announce = [`Add ${constraint.name} again`];
  if (key !== undefined) {
    if (live !== undefined) return [];
    const deferral = / (NOT )?DEFERRABLE.*$/.exec(constraint.definition)?.[0] ?? "";
    const name = quoteIdentifier(constraint.name);
    const add = `add constraint ${name} unique using index ${name}${deferral}`;
    return [...buildAgainSteps(inspection, [key]), addStep(inspection, constraint, { announce, action: add })];
  }
  const add = `add ${constraintSql(constraint)} not valid`;
  return [
    ...(live === undefined ? [addStep(inspection, constraint, { announce, action: add })] : []),
    ...(constraint.isValidated && live?.isValidated !== true ? [validateStep(inspection, constraint)] : []),
  ];
}

function addStep(
  inspection: Inspection,
  { table, name }: ConstraintSnapshot,
  { announce, action }: { announce: string[]; action: string },
): TransactionStep {
  const schema = inspection.declared.schema;
  return {
    kind: "transaction",
    id: `add-constraint:${schema}.${table}.${name}`,
    announce,
    confirm: null,
    lock: "ACCESS EXCLUSIVE",
    rows: 0,
    part: "data",
    sql: [alterTableSql(schema, table, [action])],
  };
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
