import type pg from "pg";
import { type Catalog, type CatalogColumn, readCatalog } from "@/lib/inspection/catalog";
import type { ColumnSnapshot, ConstraintSnapshot, SchemaSnapshot } from "@/lib/inspection/snapshot";
import { readUnbuiltIndexes } from "@/lib/inspection/unbuilt-indexes";

const CONSTRAINT_KINDS = {
  p: "primary-key",
  f: "foreign-key",
  c: "check",
  u: "unique",
  x: "exclusion",
} as const satisfies Record<string, ConstraintSnapshot["kind"]>;

/**
 * What `schema` has of the tables of interest. The session must have the console's search path, or expressions are spelled
 * in another way than declared.
 */
export async function readLiveSchema(client: pg.ClientBase, schema: string): Promise<SchemaSnapshot> {
  return toLiveSchema(schema, await readCatalog(client, schema));
}

/** The catalog's answer in the shape of the declaration. Only ordinary tables count; a view of that name does not. */
export function toLiveSchema(schema: string, catalog: Catalog): SchemaSnapshot {
  const plain = catalog.relations.filter((relation) => relation.kind === "r");
  const isPlain = ({ table }: { table: string }) => plain.some((relation) => relation.name === table);
  return {
    schema,
    tables: plain.map((relation) => ({
      name: relation.name,
      columns: catalog.columns.filter((column) => column.table === relation.name).map(toColumn),
      owner: relation.owner,
      grants: relation.grants.toSorted(),
      rowEstimate: relation.rowEstimate < 0 ? null : Math.round(relation.rowEstimate),
      bytes: relation.bytes,
      isEmpty: relation.heapBytes === 0,
    })),
    indexes: catalog.indexes,
    constraints: catalog.constraints.filter(isPlain).map((constraint) => ({
      ...constraint,
      kind: CONSTRAINT_KINDS[constraint.kind],
      definition: constraint.definition.replace(/ NOT VALID$/, ""),
    })),
    functions: catalog.functions,
    unbuiltIndexes: readUnbuiltIndexes(catalog.unbuiltNote),
  };
}

function toColumn(column: CatalogColumn): ColumnSnapshot {
  const { name, type, isNullable, generated, identity, expression } = column;
  return {
    name,
    type,
    isNullable,
    defaultExpression: identity === "" ? (generated === "" ? expression : null) : "generated as identity",
    // A virtual column (18) stores nothing: for us it is not generated.
    generatedExpression: generated === "s" ? expression : null,
  };
}
