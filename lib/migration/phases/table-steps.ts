import { generatedFunctions } from "@/lib/enrichment/generated-functions";
import { missingRights } from "@/lib/inspection/drift";
import type { Inspection } from "@/lib/inspection/inspection";
import {
  addColumnsSql,
  createFunctionSql,
  createTableSql,
  grantExecuteSql,
  grantSql,
  ownFunctionSql,
  ownTableSql,
} from "@/lib/migration/ddl";
import type { Step } from "@/lib/migration/phase";
import { asOwner, declaredTable, findTable } from "@/lib/migration/phases/declared-objects";

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
