import type pg from "pg";
import { CATALOG_SQL } from "@/lib/inspection/catalog-sql";
import { readDeclaredSchema } from "@/lib/inspection/declared";
import { OWN_TABLES, TABLES_OF_INTEREST } from "@/lib/inspection/ownership";
import type { ConstraintSnapshot, FunctionSnapshot, IndexSnapshot } from "@/lib/inspection/snapshot";

/** A column as the catalog tells it. */
export interface CatalogColumn {
  table: string;
  name: string;
  type: string;
  isNullable: boolean;
  /** `s` stored, `v` virtual (from 18 on), empty for a plain column. */
  generated: "" | "s" | "v";
  identity: "" | "a" | "d";
  expression: string | null;
  /** Share of NULLs from the statistics of `session_summaries`; null when never analysed. */
  nullFraction: number | null;
  /** Distinct values by the same statistics; below zero: as a share of all rows. */
  distinct: number | null;
}

/** A table of interest, or what stands under its name. */
export interface CatalogRelation {
  name: string;
  /** `r` table, `p` partitioned, `v` view, `m` materialized view, `f` foreign table. */
  kind: "r" | "p" | "v" | "m" | "f";
  isPartition: boolean;
  /** Inherits from a table, or a table inherits from it. */
  isInherited: boolean;
  /** `p` permanent, `u` unlogged, `t` temporary. */
  persistence: "p" | "u" | "t";
  hasRowSecurity: boolean;
  /** Row-level security would filter this very role. */
  isRowSecurityActive: boolean;
  owner: string;
  /** The role has the owner's rights without `set role`. */
  hasOwnerRights: boolean;
  isOwnerMember: boolean;
  ownerCanCreate: boolean;
  canSelect: boolean;
  canInsert: boolean;
  canUpdate: boolean;
  /** Below zero: never analysed. */
  rowEstimate: number;
  heapBytes: number;
  bytes: number | null;
  grants: string[];
  triggers: string[];
  publications: string[];
}

/** Something of others that depends on a table of interest or a helper function. */
export interface Dependent {
  kind: string;
  object: string;
  /** Qualified name of what it depends on. */
  on: string;
  /** Name of that table or function, unqualified. */
  table: string;
  /** Columns it reads; empty: the table as a whole. */
  columns: string[];
  definition: string;
}

/** Rights of the connected role beyond single tables. Null where the schema does not exist. */
export interface CatalogRights {
  isSuperuser: boolean;
  hasSchema: boolean;
  canUseSchema: boolean | null;
  canCreateInSchema: boolean | null;
  canCreateSchemas: boolean;
  /** Schema `tidemark`; null when absent. */
  consoleSchema: { owner: string; canCreate: boolean; hasTables: boolean } | null;
}

/** The answer of the one catalog round-trip. */
export interface Catalog {
  columns: CatalogColumn[];
  relations: CatalogRelation[];
  indexes: IndexSnapshot[];
  constraints: (Omit<ConstraintSnapshot, "kind"> & { kind: "p" | "f" | "c" | "u" | "x" })[];
  functions: FunctionSnapshot[];
  rights: CatalogRights;
  /** Other schemas with a relation `session_summaries`. */
  otherSchemas: string[];
  eventTriggers: string[];
  dependents: Dependent[];
  database: string;
  user: string;
}

/** Reads everything an inspection needs of the catalog, in one round-trip. Needs no right on any table. */
export async function readCatalog(client: pg.ClientBase, schema: string): Promise<Catalog> {
  const indexNames = readDeclaredSchema(schema).indexes.map((index) => index.name);
  const result = await client.query<{ catalog: Catalog }>(CATALOG_SQL, [
    schema,
    TABLES_OF_INTEREST,
    indexNames,
    ["session_summaries", ...OWN_TABLES],
  ]);
  const row = result.rows[0];
  if (row === undefined) throw new Error("The catalog query returned no row.");
  return row.catalog;
}
