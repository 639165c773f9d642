import { qualify } from "@/lib/db/identifier";
import { generatedFunctions } from "@/lib/enrichment/generated-functions";
import { readDeclaredSchema } from "@/lib/inspection/declared";
import { phaseOfColumn, phaseOfTable } from "@/lib/inspection/ownership";
import {
  addColumnsSql,
  addConstraintSql,
  createFunctionSql,
  createIndexSql,
  createTableSql,
  validateConstraintSql,
} from "@/lib/migration/ddl";
import { aCowrieDatabase, type CowrieOptions, type TestDatabase } from "@/lib/testing/database";

/** A database with every declared object of v16 and 16 recorded; made from the declaration alone, without a run. */
export async function aDeclaredDatabase(options: CowrieOptions = {}): Promise<TestDatabase> {
  const database = await aCowrieDatabase(options);
  for (const sql of declaredSql(database.target.schema)) await database.query(sql);
  await recordVersion(database, "16");
  return database;
}

/** Writes `value` as the recorded version, whatever it is; null removes the row. */
export async function recordVersion(database: TestDatabase, value: string | null): Promise<void> {
  const state = qualify(database.target.schema, "schema_state");
  await database.query(`delete from ${state} where key = 'schema_version'`);
  if (value !== null) {
    await database.query(`insert into ${state} (key, value) values ('schema_version', $1)`, [value]);
  }
}

/** Everything that an empty v15 database lacks of the declaration, in an order that works. */
function declaredSql(schema: string): string[] {
  const { tables, indexes, constraints } = readDeclaredSchema(schema);
  const ours = (it: { table: string; name: string }) =>
    phaseOfTable(it.table) !== null ||
    it.name.startsWith("idx_session") ||
    it.name === "snapshot_country_iso" ||
    it.name === "fk_session_source_ip";
  const own = tables.filter((table) => phaseOfTable(table.name) !== null);
  const sessions = tables.find((table) => table.name === "session_summaries");
  const added = sessions?.columns.filter((column) => phaseOfColumn("session_summaries", column.name) === "source-ip");
  const later = constraints.filter((it) => ours(it) && (it.kind === "foreign-key" || it.table === "session_summaries"));
  return [
    ...generatedFunctions(schema).flatMap((definition) => createFunctionSql(schema, definition)),
    ...own.map((table) =>
      createTableSql(
        schema,
        table,
        constraints.filter((constraint) => constraint.table === table.name),
      ),
    ),
    addColumnsSql(schema, "session_summaries", added ?? []),
    ...indexes.filter((index) => ours(index) && !index.isConstraint).map((index) => createIndexSql(index)),
    ...later.map((constraint) => addConstraintSql(schema, constraint, { notValid: true })),
    ...later.map((constraint) => validateConstraintSql(schema, constraint)),
  ];
}
