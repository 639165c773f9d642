import fc from "fast-check";
import { qualify } from "@/lib/db/identifier";
import type { FunctionDefinition } from "@/lib/enrichment/generated-functions";
import type { ColumnSnapshot, ConstraintSnapshot, IndexSnapshot } from "@/lib/inspection/snapshot";
import { createIndexSql } from "@/lib/migration/ddl";

/** One shape of an object: nothing, as declared, or as somebody may have left it. */
export interface Shape {
  /** The definition of a column, or statements; null: the object is not there. */
  sql: string | null;
}

/** How often an object is missing or wrong, against once as declared. */
export interface Damage {
  missing: number;
  wrong: number;
}

/** Few things broken, so that each is seen by itself, or many, so that they meet. */
export const aDamage: fc.Arbitrary<Damage> = fc.constantFrom(
  { missing: 0.03, wrong: 0.04 },
  { missing: 0.3, wrong: 0.2 },
);

const GRAIN = 1_000;

/** Missing first, so that a counterexample shrinks to the objects that matter. */
export function aShape(damage: Damage, declared: string, wrong: readonly string[]): fc.Arbitrary<Shape> {
  const weigh = (share: number) => Math.round(share * GRAIN);
  return fc.oneof(
    { withCrossShrink: true },
    { weight: weigh(damage.missing), arbitrary: fc.constant<Shape>({ sql: null }) },
    { weight: GRAIN, arbitrary: fc.constant<Shape>({ sql: declared }) },
    ...(wrong.length === 0
      ? []
      : [{ weight: weigh(damage.wrong), arbitrary: fc.constantFrom(...wrong.map((sql): Shape => ({ sql }))) }]),
  );
}

/** Types that somebody may have written instead. */
const OTHER_TYPES: Record<string, readonly string[]> = {
  "character varying(45)": ["inet", "text", "varchar(64)", "varchar(15)"],
  "character varying(2)": ["text", "char(2)", "varchar(3)"],
  "character varying(10)": ["text", "varchar(32)"],
  "character varying(20)": ["varchar(10)", "text"],
  "character varying(50)": ["text"],
  integer: ["bigint", "text", "numeric", "smallint"],
  text: ["varchar(255)", "varchar(64)"],
  boolean: ["integer", "text"],
  "timestamp with time zone": ["timestamp", "text"],
  jsonb: ["json", "text"],
  "text[]": ["text", "varchar[]", "jsonb"],
};

/** Columns of an inventory: other types, nullability, defaults; plain or of another expression where generated. */
export function columnShapes(column: ColumnSnapshot): string[] {
  const { name, type, isNullable, defaultExpression: fallback } = column;
  if (column.generatedExpression !== null) {
    const empty = type.endsWith("[]") ? `'{}'` : type === "boolean" ? "false" : "'XX'";
    const other = type.endsWith("[]") ? `array[enrichment ->> 'ip_type']` : `(enrichment ->> '${name}')::${type}`;
    return [
      `${name} ${type}`,
      `${name} ${type} default ${empty}`,
      `${name} ${type} generated always as (${other}) stored`,
      `${name} text`,
    ];
  }
  const rest = `${fallback === null ? "" : ` default ${fallback}`}${isNullable ? "" : " not null"}`;
  const types = OTHER_TYPES[type] ?? [];
  // A default of the declared type may not fit; the column is then refused, which is a missing one.
  const retyped = types.map((it) => `${name} ${it}${isNullable ? "" : " not null"}`);
  const flipped = isNullable
    ? `${name} ${type}${fallback === null ? "" : ` default ${fallback}`} not null`
    : `${name} ${type}${rest.replace(" not null", "")}`;
  const defaults = fallback === null ? [] : [`${name} ${type}${isNullable ? "" : " not null"}`];
  return [...retyped, flipped, ...defaults];
}

/** Columns on `session_summaries`: other types alone, since a default or NOT NULL would have filled every row. */
export function sessionColumnShapes({ name, type }: ColumnSnapshot): string[] {
  return (OTHER_TYPES[type] ?? []).map((it) => `${name} ${it}`);
}

/** Statements that leave an index invalid, on another column, of another kind, or under its name on another table. */
export function indexShapes(schema: string, index: IndexSnapshot, firstColumn: string): string[] {
  const name = qualify(schema, index.name);
  const table = qualify(schema, index.table);
  const [columns = ""] = /\(.*$/.exec(index.definition) ?? [];
  return [
    `${createIndexSql(index)}; update pg_catalog.pg_index set indisvalid = false where indexrelid = '${name}'::regclass`,
    `create index ${index.name} on ${table} (${firstColumn})`,
    `create index ${index.name} on ${table} using btree ${columns.replace(" DESC", "").replace(/ WHERE .*/, "")} where false`,
    // Partial, so that no foreign key of others can stand on it.
    `create unique index ${index.name} on ${table} (${firstColumn}) where ${firstColumn} is not null`,
  ];
}

/** Statements that leave a constraint not validated, or of another definition. */
export function constraintShapes(schema: string, constraint: ConstraintSnapshot): string[] {
  const add = (definition: string) =>
    `alter table ${qualify(schema, constraint.table)} add constraint ${constraint.name} ${definition}`;
  const others: Record<string, string> = {
    snapshot_country_iso: "check (length(snapshot_country) = 2)",
    asn_inventory_asn_number_check: "check (asn_number >= -1)",
    asn_inventory_organization_country_check: "check (length(organization_country) <= 2)",
    ip_inventory_session_count_check: "check (session_count > -10)",
    fk_ip_current_asn: `${constraint.definition} on delete cascade`,
    fk_session_source_ip: `${constraint.definition} on delete set null`,
  };
  const other = others[constraint.name];
  return [add(`${constraint.definition} not valid`), ...(other === undefined ? [] : [add(other)])];
}

/** A function of the same name and arguments that says nothing. */
export function functionShapes({ createSql, body, returnType }: FunctionDefinition): string[] {
  return [createSql.replace(body, () => ` select null::${returnType} `)];
}
