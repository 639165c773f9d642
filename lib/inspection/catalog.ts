import type pg from "pg";
import { escapeLiteral } from "pg";
import { isVanished } from "@/lib/db/database-error";
import { CATALOG_SQL } from "@/lib/inspection/catalog-sql";
import { readDeclaredSchema } from "@/lib/inspection/declared";
import { OWN_TABLES, TABLES_OF_INTEREST } from "@/lib/inspection/ownership";
import type { ConstraintSnapshot, FunctionSnapshot, IndexSnapshot } from "@/lib/inspection/snapshot";
import { REMAKE_VIEWS_SQL } from "@/lib/inspection/view-sql";

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
  /** Its rows are on other servers, kept there by Citus. */
  isDistributed: boolean;
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
  triggers: CatalogTrigger[];
  publications: CatalogPublication[];
  /** How a published row is told apart: `d` primary key, `i` an index, `f` the whole row, `n` not at all. */
  replicaIdentity: "d" | "i" | "f" | "n";
}

/** A trigger of the operator's that is switched on. */
export interface CatalogTrigger {
  name: string;
  onInsert: boolean;
  onUpdate: boolean;
  /** Columns of `update of`; empty: whichever is updated. */
  columns: string[];
}

/** A publication that has a table of interest in it. */
export interface CatalogPublication {
  name: string;
  scope: "table" | "schema" | "all";
  publishesUpdates: boolean;
}

/** An open transaction of another session in this database. */
export interface CatalogTransaction {
  pid: number;
  user: string;
  application: string;
  /** As `pg_stat_activity` says it, e.g. `idle in transaction`. */
  state: string;
  /** Since it began. */
  seconds: number;
  holdsSnapshot: boolean;
  /** Tables of interest on which it has, or waits for, a lock that no reader or writer of rows takes. */
  lockedTables: string[];
  /** Its newest statement is DDL. */
  isDdl: boolean;
}

/** What else goes on in this database and server at the moment; of sessions of the console itself nothing. */
export interface CatalogActivity {
  /** The oldest ones. */
  transactions: CatalogTransaction[];
  /** Sessions in this database whose doings this role may not see. */
  hiddenSessions: number;
  preparedTransactions: { gid: string; owner: string; seconds: number }[];
  /** `age` in transactions. */
  replicationSlots: { name: string; isActive: boolean; age: number }[];
  /** Null: no limit. */
  tempFileLimitBytes: number | null;
  /** Settings of this role or database, e.g. `statement_timeout=200ms`. */
  roleSettings: string[];
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
  /** Of a plain view without triggers and rules: what makes it again as it is; null for anything else. */
  view: {
    /** Views between it and the table, plus one: those that stand on others are dropped first and made last. */
    depth: number;
    sql: string[];
  } | null;
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

/** The answer of the one catalog round-trip, or of two where views depend on a table of interest. */
export interface Catalog {
  columns: CatalogColumn[];
  relations: CatalogRelation[];
  indexes: IndexSnapshot[];
  constraints: (Omit<ConstraintSnapshot, "kind"> & { kind: "p" | "f" | "c" | "u" | "x" })[];
  functions: FunctionSnapshot[];
  /** See `unbuilt-indexes`. */
  unbuiltNote: string | null;
  rights: CatalogRights;
  /** Other schemas with a relation `session_summaries`. */
  otherSchemas: string[];
  eventTriggers: string[];
  dependents: Dependent[];
  activity: CatalogActivity;
  database: string;
  user: string;
}

/** How the catalog is looked at. */
export interface CatalogLook {
  /** Whose rights count, where another role looks than the one that would act. */
  actingRole?: string | undefined;
  /** Keeps the plan of the query for the next look: on a direct connection only, and always with the same schema and role. */
  keepsPlan?: boolean;
}

/** How long it is read again, in milliseconds: whoever drops objects one after the other is met more than once. */
const PATIENCE_MS = 5_000;

/**
 * Reads everything an inspection needs of the catalog, in as few round-trips as can be; again, where an object went away
 * meanwhile. Needs no right on any table.
 */
export async function readCatalog(client: pg.ClientBase, schema: string, look: CatalogLook = {}): Promise<Catalog> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      const catalog = await keepingTransaction(client, () => queryCatalog(client, schema, look));
      if (isWhole(catalog) || performance.now() >= deadline) return catalog;
    } catch (cause) {
      if (performance.now() >= deadline || !isVanished(cause)) throw cause;
    }
  }
}

/** Of some objects that went away meanwhile PostgreSQL gives no error, and no definition either. */
function isWhole({ columns, indexes, constraints, dependents }: Catalog): boolean {
  const isDefined = ({ definition }: { definition: string | null }) => definition !== null;
  return (
    columns.every(({ generated, expression }) => generated === "" || expression !== null) &&
    [...indexes, ...constraints].every(isDefined) &&
    // A policy may have no expression at all.
    dependents.filter(({ kind }) => kind !== "policy").every(isDefined)
  );
}

/** `work`, after whose failure the caller's transaction, if there is one, goes on. */
async function keepingTransaction<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  if (client.getTransactionStatus() !== "T") return work();
  await client.query("savepoint reading_catalog");
  try {
    const value = await work();
    await client.query("release savepoint reading_catalog");
    return value;
  } catch (cause) {
    // The connection may be gone; the first error is the one to see.
    await client.query("rollback to savepoint reading_catalog; release savepoint reading_catalog").catch(() => {});
    throw cause;
  }
}

/** As the catalog query gives it: of a view its depth only. */
type CatalogRow = Omit<Catalog, "dependents"> & {
  dependents: (Omit<Dependent, "view"> & { depth: number | null })[];
};

async function queryCatalog(client: pg.ClientBase, schema: string, look: CatalogLook): Promise<Catalog> {
  const indexNames = readDeclaredSchema(schema).indexes.map((index) => index.name);
  const values = [
    schema,
    TABLES_OF_INTEREST,
    indexNames,
    ["session_summaries", ...OWN_TABLES],
    look.actingRole ?? null,
  ];
  const result = await client.query<{ catalog: CatalogRow }>(
    look.keepsPlan === true ? preparedCatalog(values) : { text: CATALOG_SQL, values },
  );
  const row = result.rows[0];
  if (row === undefined) throw new Error("The catalog query returned no row.");
  const { dependents, ...rest } = row.catalog;
  const remade = await readRemadeViews(
    client,
    dependents.flatMap(({ object, depth }) => (depth === null ? [] : [object])),
  );
  return {
    ...rest,
    dependents: dependents.map(({ depth, ...dependent }) => {
      const sql = remade.get(dependent.object);
      return { ...dependent, view: depth === null || sql == null ? null : { depth, sql } };
    }),
  };
}

/**
 * The catalog query without parameters, as a prepared statement: the server plans it once on a connection, which takes
 * twice as long as running it. With parameters it would plan it anew for each of the first five times.
 * Source: PostgreSQL manual, PREPARE.
 */
function preparedCatalog(values: readonly (string | readonly string[] | null)[]): pg.QueryConfig {
  const literals = values.map((value) => {
    if (value === null) return "null";
    return typeof value === "string"
      ? escapeLiteral(value)
      : `array[${value.map((it) => escapeLiteral(it)).join(", ")}]`;
  });
  return {
    name: "tidemark_catalog",
    text: CATALOG_SQL.replace(/\$([1-5])/g, (_, place) => literals[Number(place) - 1] ?? ""),
  };
}

/** By the name of each view, what makes it again; null where that is more than a view. */
async function readRemadeViews(client: pg.ClientBase, views: string[]): Promise<Map<string, string[] | null>> {
  if (views.length === 0) return new Map();
  const { rows } = await client.query<{ object: string; statements: string[] | null }>(REMAKE_VIEWS_SQL, [
    [...new Set(views)],
  ]);
  return new Map(rows.map(({ object, statements }) => [object, statements]));
}
