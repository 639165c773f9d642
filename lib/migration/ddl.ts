import { cowrieTablesV15 } from "@/lib/db/cowrie-schema";
import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { readDeclaredTables } from "@/lib/inspection/declared-tables";
import type {
  ColumnSnapshot,
  ConstraintSnapshot,
  FunctionSnapshot,
  IndexSnapshot,
  TableSnapshot,
} from "@/lib/inspection/snapshot";

/** Snapshots in, statements out. Pure: nothing here reaches a database. One statement a string, without semicolon. */

/** `create table` with its columns and those of `constraints` that are the table's own (no foreign keys). */
export function createTableSql(schema: string, table: TableSnapshot, constraints: ConstraintSnapshot[]): string {
  const own = constraints.filter((it) => it.table === table.name && it.kind !== "foreign-key");
  const lines = [...table.columns.map(columnSql), ...own.map(constraintSql)];
  return `create table ${qualify(schema, table.name)} (\n  ${lines.join(",\n  ")}\n)`;
}

/** One `alter table` that adds all of `columns`; a generated one rewrites the table. */
export function addColumnsSql(schema: string, table: string, columns: ColumnSnapshot[]): string {
  return alterTableSql(schema, table, columns.map(addColumnSql));
}

/** One `alter table` without `using`: under `timezone = 'UTC'` it reads naive times as UTC and rewrites no row. */
export function retypeTimestampsSql(schema: string, table: string, columns: string[]): string {
  const retype = (column: string) => `alter column ${quoteIdentifier(column)} type timestamp with time zone`;
  return alterTableSql(schema, table, columns.map(retype));
}

/** `create index` as declared; `concurrently` must run outside a transaction and blocks no writer. */
export function createIndexSql(index: IndexSnapshot, options: { concurrently?: boolean } = {}): string {
  const [, unique = "", rest = ""] = /^CREATE (UNIQUE )?INDEX (.*)$/s.exec(index.definition) ?? [];
  return `create ${unique.toLowerCase()}index ${options.concurrently ? "concurrently " : ""}${rest}`;
}

/** Adds a constraint; with `notValid` rows already there are not looked at until it is validated. */
export function addConstraintSql(
  schema: string,
  constraint: ConstraintSnapshot,
  options: { notValid?: boolean } = {},
): string {
  const suffix = options.notValid ? " not valid" : "";
  return alterTableSql(schema, constraint.table, [`add ${constraintSql(constraint)}${suffix}`]);
}

/** Checks the rows that a `not valid` constraint has not looked at; blocks no writer. */
export function validateConstraintSql(schema: string, constraint: { table: string; name: string }): string {
  return alterTableSql(schema, constraint.table, [`validate constraint ${quoteIdentifier(constraint.name)}`]);
}

/** The function's own `create or replace function`, with EXECUTE for PUBLIC whatever the default privileges are. */
export function createFunctionSql(schema: string, definition: FunctionSnapshot & { createSql: string }): string[] {
  return [definition.createSql, grantExecuteSql(schema, definition)];
}

/** EXECUTE for PUBLIC, which the application's role needs to write into `ip_inventory`. */
export function grantExecuteSql(schema: string, definition: FunctionSnapshot): string {
  return `grant execute on function ${signature(schema, definition)} to public`;
}

/** Makes everything created in this transaction belong to `owner`; the session's role must be a member of it. */
export function setOwnerRoleSql(owner: string): string {
  return `set local role ${quoteIdentifier(owner)}`;
}

/** Gives `table` to `owner`. */
export function ownTableSql(schema: string, table: string, owner: string): string {
  return alterTableSql(schema, table, [`owner to ${quoteIdentifier(owner)}`]);
}

/** Gives a function to `owner`. */
export function ownFunctionSql(schema: string, definition: FunctionSnapshot, owner: string): string {
  return `alter function ${signature(schema, definition)} owner to ${quoteIdentifier(owner)}`;
}

/**
 * One `grant` a grantee.
 *
 * @param grants as in `TableSnapshot.grants`: `grantee=PRIVILEGE`, the grantee quoted or `PUBLIC`, `*` = may pass it on.
 */
export function grantSql(schema: string, table: string, grants: string[]): string[] {
  const privileges = new Map<string, string[]>();
  for (const grant of grants) {
    const cut = grant.lastIndexOf("=");
    const mayPassOn = grant.endsWith("*");
    const key = `${grant.slice(0, cut)}${mayPassOn ? " with grant option" : ""}`;
    const privilege = grant
      .slice(cut + 1)
      .replace("*", "")
      .toLowerCase();
    privileges.set(key, [...(privileges.get(key) ?? []), privilege]);
  }
  return [...privileges].map(
    ([grantee, names]) => `grant ${names.join(", ")} on table ${qualify(schema, table)} to ${grantee}`,
  );
}

/** Drops a table. No `cascade`: whatever else depends on it makes this fail. */
export function dropTableSql(schema: string, table: string): string {
  return `drop table ${qualify(schema, table)}`;
}

/** One `alter table` that drops all of `columns`, and with them the indexes and checks that stand on them. */
export function dropColumnsSql(schema: string, table: string, columns: string[]): string {
  return alterTableSql(
    schema,
    table,
    columns.map((column) => `drop column ${quoteIdentifier(column)}`),
  );
}

/** Drops a constraint. */
export function dropConstraintSql(schema: string, constraint: { table: string; name: string }): string {
  return alterTableSql(schema, constraint.table, [`drop constraint ${quoteIdentifier(constraint.name)}`]);
}

/** Drops an index; `concurrently` must run outside a transaction and blocks no writer. */
export function dropIndexSql(
  schema: string,
  index: string,
  options: { concurrently?: boolean; ifExists?: boolean } = {},
): string {
  const words = [options.concurrently ? "concurrently " : "", options.ifExists ? "if exists " : ""].join("");
  return `drop index ${words}${qualify(schema, index)}`;
}

/** Gives an index another name, and the constraint that it backs with it; whatever stands on it stays. */
export function renameIndexSql(schema: string, index: string, name: string): string {
  return `alter index ${qualify(schema, index)} rename to ${quoteIdentifier(name)}`;
}

/** Drops a function. */
export function dropFunctionSql(schema: string, definition: Pick<FunctionSnapshot, "name" | "argumentTypes">): string {
  return `drop function ${signature(schema, definition)}`;
}

/**
 * Statements that make an empty v15 database in `schema`, the row `schema_version` = 15 included.
 *
 * For the demo and for tests: production databases come with their tables.
 */
export function createV15Sql(schema: string, options: { enrichmentType: "json" | "jsonb" }): string[] {
  const declared = readDeclaredTables(schema, Object.values(cowrieTablesV15(schema)));
  const tables = declared.tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) =>
      table.name === "session_summaries" && column.name === "enrichment"
        ? { ...column, type: options.enrichmentType }
        : column,
    ),
  }));
  const sequence = qualify(schema, "raw_events_id_seq");
  return [
    ...(schema === "public" ? [] : [`create schema if not exists ${quoteIdentifier(schema)}`]),
    `create sequence ${sequence} as integer`,
    ...tables.map((table) => createTableSql(schema, table, declared.constraints)),
    `alter sequence ${sequence} owned by ${qualify(schema, "raw_events")}.id`,
    ...declared.indexes.filter((index) => !index.isConstraint).map((index) => createIndexSql(index)),
    `insert into ${qualify(schema, "schema_state")} (key, value) values ('schema_version', '15')`,
  ];
}

/** One `alter table` that does all of `actions`, each as PostgreSQL writes it. */
export function alterTableSql(schema: string, table: string, actions: string[]): string {
  const separator = actions.length === 1 ? " " : "\n  ";
  return `alter table ${qualify(schema, table)}${separator}${actions.join(`,${separator}`)}`;
}

/** The action of an `alter table` that adds `column`; a generated one rewrites the table. */
export function addColumnSql(column: ColumnSnapshot): string {
  return `add column ${columnSql(column)}`;
}

function columnSql(column: ColumnSnapshot): string {
  const parts = [quoteIdentifier(column.name), column.type];
  if (column.generatedExpression !== null) parts.push(`generated always as (${column.generatedExpression}) stored`);
  if (column.defaultExpression !== null) parts.push(`default ${column.defaultExpression}`);
  if (!column.isNullable) parts.push("not null");
  return parts.join(" ");
}

/** A constraint as `add` and `create table` take it. */
export function constraintSql(constraint: ConstraintSnapshot): string {
  return `constraint ${quoteIdentifier(constraint.name)} ${constraint.definition}`;
}

function signature(schema: string, definition: Pick<FunctionSnapshot, "name" | "argumentTypes">): string {
  return `${qualify(schema, definition.name)}(${definition.argumentTypes})`;
}
