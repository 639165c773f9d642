/** One shape for the declared schema and the live catalog. Every expression is in PostgreSQL's own deparsed form. */

export interface ColumnSnapshot {
  name: string;
  /** As `format_type` prints it, e.g. `character varying(45)`. */
  type: string;
  isNullable: boolean;
  /** Default expression, or null; null for generated columns. */
  defaultExpression: string | null;
  /** Expression of a GENERATED ALWAYS … STORED column, or null. */
  generatedExpression: string | null;
}

export interface IndexSnapshot {
  name: string;
  table: string;
  /** As `pg_get_indexdef` prints it under an empty search path. */
  definition: string;
  isValid: boolean;
  /** Backs a primary key or unique constraint. */
  isConstraint: boolean;
  /** Live only: foreign keys that stand on it, each as `schema.table.key`; it cannot be dropped while they are there. */
  foreignKeys?: string[];
}

export interface ConstraintSnapshot {
  name: string;
  table: string;
  kind: "primary-key" | "foreign-key" | "check" | "unique" | "exclusion";
  /** As `pg_get_constraintdef` prints it, without ` NOT VALID`. */
  definition: string;
  isValidated: boolean;
}

export interface TableSnapshot {
  name: string;
  columns: ColumnSnapshot[];
  /** Live only: role that owns it. */
  owner: string | null;
  /** Live only: `grantee=PRIVILEGE` other than the owner's own, grantee quoted or `PUBLIC`, `*` = may pass it on; sorted. */
  grants: string[];
  /** Live only: planner's estimate, null when never analysed. */
  rowEstimate: number | null;
  /** Live only: heap, TOAST and indexes in bytes. */
  bytes: number | null;
  /** Live only: has not a page, and so not a row. */
  isEmpty?: boolean;
}

export interface FunctionSnapshot {
  name: string;
  /** Argument types, e.g. `jsonb, text`. */
  argumentTypes: string;
  returnType: string;
  /** Body as stored in `prosrc`. */
  body: string;
  isImmutable: boolean;
  /** Live only: EXECUTE for PUBLIC is granted. Declared: true. */
  isPublic: boolean;
  /** Live only: role that owns it. */
  owner?: string;
}

export interface SchemaSnapshot {
  schema: string;
  tables: TableSnapshot[];
  indexes: IndexSnapshot[];
  constraints: ConstraintSnapshot[];
  functions: FunctionSnapshot[];
  /** Live only: indexes that an unfinished run has dropped and that have to be built again. */
  unbuiltIndexes?: IndexSnapshot[];
}
