import { generatedFunctions } from "@/lib/enrichment/generated-functions";
import { missingRights } from "@/lib/inspection/drift";
import type { Inspection } from "@/lib/inspection/inspection";
import type { ConstraintSnapshot, IndexSnapshot, SchemaSnapshot, TableSnapshot } from "@/lib/inspection/snapshot";
import {
  addColumnsSql,
  addConstraintSql,
  createFunctionSql,
  createIndexSql,
  createTableSql,
  dropIndexSql,
  grantExecuteSql,
  grantSql,
  ownFunctionSql,
  ownTableSql,
  setOwnerRoleSql,
  validateConstraintSql,
} from "@/lib/migration/ddl";
import type { StatementStep, Step, TransactionStep } from "@/lib/migration/phase";

/** Steps that make declared objects which the live catalog lacks. Pure; nothing for what is already there. */

/** Creates `table` with keys and checks, under the owner and with the grants of `session_summaries`. */
export function createTableSteps(inspection: Inspection, table: string): Step[] {
  if (findTable(inspection.live, table) !== undefined) return [];
  const declared = declaredTable(inspection, table);
  const constraints = inspection.declared.constraints.filter((constraint) => constraint.table === table);
  const schema = inspection.declared.schema;
  return [
    {
      kind: "transaction",
      id: `create-table:${schema}.${table}`,
      announce: [],
      confirm: `Created ${table} table successfully`,
      lock: null,
      rows: 0,
      part: "structure",
      sql: asOwner(inspection, [
        createTableSql(schema, declared, constraints),
        ...grantSql(schema, table, findTable(inspection.live, "session_summaries")?.grants ?? []),
      ]),
    },
  ];
}

/** Adds the declared columns that an existing `table` lacks, all in one statement. */
export function addColumnSteps(inspection: Inspection, table: string, announce: string[] = []): Step[] {
  const live = findTable(inspection.live, table);
  if (live === undefined) return [];
  const missing = declaredTable(inspection, table).columns.filter(
    (column) => !live.columns.some((existing) => existing.name === column.name),
  );
  if (missing.length === 0) return [];
  const schema = inspection.declared.schema;
  const names = missing.map((column) => column.name);
  return [
    {
      kind: "transaction",
      id: `add-columns:${schema}.${table}`,
      announce,
      confirm: `Added ${names.join(", ")} to ${table}`,
      lock: "ACCESS EXCLUSIVE",
      rows: missing.some((column) => column.generatedExpression !== null) ? live.rowEstimate : 0,
      part: "structure",
      sql: [addColumnsSql(schema, table, missing)],
    },
  ];
}

/** Makes the helper functions of the generated columns that are not there yet, or not the owner's, or not for PUBLIC. */
export function functionSteps(inspection: Inspection): Step[] {
  const schema = inspection.declared.schema;
  const owner = findTable(inspection.live, "session_summaries")?.owner ?? null;
  const lives = new Map(inspection.live.functions.map((live) => [live.name, live]));
  const definitions = generatedFunctions(schema);
  const missing = definitions.filter((definition) => !lives.has(definition.name));
  const foreign = definitions.filter((definition) => (lives.get(definition.name)?.owner ?? owner) !== owner);
  const closed = definitions.filter((definition) => lives.get(definition.name)?.isPublic === false);
  const sql = [
    ...(owner === null ? [] : foreign.map((definition) => ownFunctionSql(schema, definition, owner))),
    ...asOwner(inspection, [
      ...missing.flatMap((definition) => createFunctionSql(schema, definition)),
      ...closed.map((definition) => grantExecuteSql(schema, definition)),
    ]),
  ];
  if (missing.length + foreign.length + closed.length === 0) return [];
  return [
    {
      kind: "transaction",
      id: `create-functions:${schema}`,
      announce: [],
      confirm: `${definitions.length} helper functions of the generated columns in place`,
      lock: null,
      rows: 0,
      part: "structure",
      sql,
    },
  ];
}

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

/** Gives `table` the owner and grants of `session_summaries` that it lacks; the application meets 42501 without them. */
export function grantSteps(inspection: Inspection, table: string): Step[] {
  const { owner, grants } = missingRights(inspection.live, table);
  if (owner === null && grants.length === 0) return [];
  const schema = inspection.declared.schema;
  return [
    {
      kind: "transaction",
      id: `grant:${schema}.${table}`,
      announce: [],
      confirm: `${table} has owner and grants of session_summaries`,
      lock: owner === null ? null : "ACCESS EXCLUSIVE",
      rows: 0,
      part: "structure",
      sql: [
        ...(owner === null ? [] : [ownTableSql(schema, table, owner)]),
        ...asOwner(inspection, grantSql(schema, table, grants)),
      ],
    },
  ];
}

/** Statements under the role that owns `session_summaries`, so that what they make belongs to it. */
function asOwner(inspection: Inspection, statements: string[]): string[] {
  if (statements.length === 0) return [];
  const owner = findTable(inspection.live, "session_summaries")?.owner;
  return owner === undefined || owner === null || owner === inspection.currentUser
    ? statements
    : [setOwnerRoleSql(owner), ...statements, "reset role"];
}

function findTable(snapshot: SchemaSnapshot, table: string): TableSnapshot | undefined {
  return snapshot.tables.find((candidate) => candidate.name === table);
}

function declaredTable(inspection: Inspection, table: string): TableSnapshot {
  const declared = findTable(inspection.declared, table);
  if (declared === undefined) throw new Error(`table ${table} is not declared`);
  return declared;
}
