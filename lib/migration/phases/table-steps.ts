import { generatedFunctions } from "@/lib/enrichment/generated-functions";
import { missingRights } from "@/lib/inspection/drift";
import type { Inspection } from "@/lib/inspection/inspection";
import {
  createFunctionSql,
  createTableSql,
  dropFunctionSql,
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

/**
 * Makes the helper functions of the generated columns that are not there yet, or not the owner's, or not for PUBLIC. One
 * of another definition is made anew here only where no column can call it: else that is part of the table's repair.
 */
export function functionSteps(inspection: Inspection): Step[] {
  const schema = inspection.declared.schema;
  const owner = findTable(inspection.live, "session_summaries")?.owner ?? null;
  const lives = new Map(inspection.live.functions.map((live) => [live.name, live]));
  const definitions = generatedFunctions(schema);
  // Where the table is there, its repair makes them anew: it has to drop the columns that call them.
  const hasTable = findTable(inspection.live, "ip_inventory") !== undefined;
  const isDifferent = (name: string) =>
    inspection.drift.some((it) => it.kind === "different-function" && it.name === name);
  const different = definitions.filter(({ name }) => !hasTable && isDifferent(name));
  const isMade = ({ name }: { name: string }) => !lives.has(name) || different.some((it) => it.name === name);
  const kept = definitions.filter((definition) => !isMade(definition));
  const foreign = kept.filter((definition) => (lives.get(definition.name)?.owner ?? owner) !== owner);
  const closed = kept.filter((definition) => lives.get(definition.name)?.isPublic === false);
  const sql = [
    ...different.map((definition) => dropFunctionSql(schema, definition)),
    ...(owner === null ? [] : foreign.map((definition) => ownFunctionSql(schema, definition, owner))),
    ...asOwner(inspection, [
      // In the declared order: each calls only those before it.
      ...definitions.filter(isMade).flatMap((definition) => createFunctionSql(schema, definition)),
      ...closed.map((definition) => grantExecuteSql(schema, definition)),
    ]),
  ];
  if (sql.length === 0) return [];
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
