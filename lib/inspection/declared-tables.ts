import { is, SQL } from "drizzle-orm";
import {
  type ForeignKey,
  getTableConfig,
  type Index,
  IndexedColumn,
  type PgColumn,
  PgDialect,
  type PgTable,
} from "drizzle-orm/pg-core";
import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import type {
  ColumnSnapshot,
  ConstraintSnapshot,
  IndexSnapshot,
  SchemaSnapshot,
  TableSnapshot,
} from "@/lib/inspection/snapshot";

const dialect = new PgDialect();

/** Drizzle's short spellings and what `format_type` prints for them. Anything else is spelled alike. */
const TYPE_ALIASES: [RegExp, string][] = [
  [/^varchar\b/, "character varying"],
  [/^serial$/, "integer"],
];

/**
 * Reads Drizzle tables into the shape of a live catalog, in the words of PostgreSQL itself.
 *
 * Every index and constraint must be named by the declaration: a name that Drizzle would make up is not the one that
 * PostgreSQL makes up.
 *
 * @throws {Error} for a declaration that has no exact counterpart here.
 */
export function readDeclaredTables(schema: string, tables: PgTable[]): Omit<SchemaSnapshot, "functions"> {
  const configs = tables.map((table) => ({ table, config: getTableConfig(table) }));
  const constraints = tables.flatMap((table) => readConstraints(schema, table));
  return {
    schema,
    tables: configs.map(
      ({ config }): TableSnapshot => ({
        name: config.name,
        columns: config.columns.map((column) => readColumn(schema, config.name, column, constraints)),
        owner: null,
        grants: [],
        rowEstimate: null,
        bytes: null,
      }),
    ),
    indexes: configs.flatMap(({ config }) => [
      ...constraints.filter((constraint) => constraint.table === config.name).flatMap((it) => backingIndex(schema, it)),
      ...config.indexes.map((index) => readIndex(schema, config.name, index)),
    ]),
    constraints,
  };
}

/** The catalog's spelling of a Drizzle type, e.g. `varchar(45)` → `character varying(45)`. */
function toCatalogType(drizzleType: string): string {
  for (const [spelling, catalog] of TYPE_ALIASES) {
    if (spelling.test(drizzleType)) return drizzleType.replace(spelling, catalog);
  }
  return drizzleType;
}

function readColumn(
  schema: string,
  table: string,
  column: PgColumn,
  constraints: ConstraintSnapshot[],
): ColumnSnapshot {
  const drizzleType = column.getSQLType();
  const type = toCatalogType(drizzleType);
  const primaryKey = constraints.find((it) => it.table === table && it.kind === "primary-key");
  const isKey = primaryKey !== undefined && keyColumns(primaryKey).includes(quoteIdentifier(column.name));
  const sequence = `${schema}.${table}_${column.name}_seq`;
  return {
    name: column.name,
    type,
    // Drizzle reports columns of a composite key as nullable; PostgreSQL makes them NOT NULL.
    isNullable: !column.notNull && !isKey,
    defaultExpression:
      drizzleType === "serial"
        ? `nextval('${qualify(schema, `${table}_${column.name}_seq`).replaceAll("'", "''")}'::regclass)`
        : readDefault(column, type, sequence),
    generatedExpression: readGenerated(column),
  };
}

function readDefault(column: PgColumn, type: string, object: string): string | null {
  if (column.generated !== undefined || !column.hasDefault) return null;
  const value: unknown = column.default;
  if (is(value, SQL)) return render(value);
  // `pg_get_expr` prints the constant's type without its length.
  const bareType = type.replace(/\(.*\)$/, "");
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'::${bareType}`;
  if (typeof value === "object" && value !== null) return `'${JSON.stringify(value)}'::${bareType}`;
  throw new Error(`Default of ${object} has no known spelling.`);
}

function readGenerated(column: PgColumn): string | null {
  if (column.generated === undefined) return null;
  const { as } = column.generated;
  const expression = typeof as === "function" ? as() : as;
  if (!is(expression, SQL)) throw new Error(`Generated column ${column.name} must be declared as sql.`);
  return render(expression);
}

function readIndex(schema: string, table: string, index: Index): IndexSnapshot {
  const { name, columns, method = "btree", where, unique } = index.config;
  if (name === undefined) throw new Error(`An index of ${table} has no name.`);
  const keys = columns.map((column) => {
    if (!is(column, IndexedColumn) || column.name === undefined)
      throw new Error(`Index ${name} stands on an expression.`);
    return `${quoteIdentifier(column.name)}${method === "btree" ? readOrder(column.indexConfig) : ""}`;
  });
  const definition =
    `CREATE ${unique ? "UNIQUE " : ""}INDEX ${quoteIdentifier(name)} ON ${qualify(schema, table)} ` +
    `USING ${method} (${keys.join(", ")})${where === undefined ? "" : ` WHERE ${render(where)}`}`;
  return { name, table, definition, isValid: true, isConstraint: false };
}

/** `pg_get_indexdef` prints only what differs from the default: nulls last ascending, nulls first descending. */
function readOrder(config: { order?: "asc" | "desc"; nulls?: "first" | "last" }): string {
  if (config.order === "desc") return config.nulls === "first" ? " DESC" : " DESC NULLS LAST";
  return config.nulls === "first" ? " NULLS FIRST" : "";
}

function readConstraints(schema: string, table: PgTable): ConstraintSnapshot[] {
  const config = getTableConfig(table);
  const constraint = (kind: ConstraintSnapshot["kind"], name: string, definition: string): ConstraintSnapshot => ({
    name,
    table: config.name,
    kind,
    definition,
    isValidated: true,
  });
  const named = (name: string | undefined): string => {
    if (name === undefined) throw new Error(`A constraint of ${config.name} has no name.`);
    return name;
  };
  const columnKeys = config.columns.filter((column) => column.primary);
  return [
    ...(columnKeys.length === 0
      ? []
      : [constraint("primary-key", `${config.name}_pkey`, `PRIMARY KEY ${list(columnKeys)}`)]),
    ...config.primaryKeys.map((key) => constraint("primary-key", key.getName(), `PRIMARY KEY ${list(key.columns)}`)),
    ...config.uniqueConstraints.map((key) => constraint("unique", named(key.name), `UNIQUE ${list(key.columns)}`)),
    ...config.checks.map((check) => constraint("check", check.name, `CHECK (${render(check.value)})`)),
    ...config.foreignKeys.map((key) => constraint("foreign-key", key.getName(), foreignKeyDefinition(schema, key))),
  ];
}

function foreignKeyDefinition(schema: string, key: ForeignKey): string {
  const { columns, foreignColumns, foreignTable } = key.reference();
  const parent = qualify(schema, getTableConfig(foreignTable).name);
  return `FOREIGN KEY ${list(columns)} REFERENCES ${parent}${list(foreignColumns)}`;
}

function backingIndex(schema: string, constraint: ConstraintSnapshot): IndexSnapshot[] {
  if (constraint.kind !== "primary-key" && constraint.kind !== "unique") return [];
  const { name, table } = constraint;
  const definition =
    `CREATE UNIQUE INDEX ${quoteIdentifier(name)} ON ${qualify(schema, table)} ` +
    `USING btree (${keyColumns(constraint).join(", ")})`;
  return [{ name, table, definition, isValid: true, isConstraint: true }];
}

function keyColumns(key: ConstraintSnapshot): string[] {
  return key.definition.slice(key.definition.indexOf("(") + 1, -1).split(", ");
}

function list(columns: { name: string }[]): string {
  return `(${columns.map((column) => quoteIdentifier(column.name)).join(", ")})`;
}

function render(expression: SQL): string {
  const { sql: text, params } = dialect.sqlToQuery(expression);
  if (params.length > 0) throw new Error(`An expression of the declaration holds parameters: ${text}`);
  return text;
}
