import { createHash } from "node:crypto";
import type pg from "pg";
import type { ResetPreview } from "@/lib/contract";
import { cowrieTablesV15 } from "@/lib/db/cowrie-schema";
import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { RESWEEP_COLUMN, replacedName } from "@/lib/db/repair-names";
import { readDeclaredTables } from "@/lib/inspection/declared-tables";
import type { Inspection } from "@/lib/inspection/inspection";
import { LEGACY_IP_TYPE_COLUMN } from "@/lib/inspection/ownership";
import type { ConstraintSnapshot, TableSnapshot } from "@/lib/inspection/snapshot";
import { dropColumnsSql, dropConstraintSql, dropFunctionSql, dropIndexSql, dropTableSql } from "@/lib/migration/ddl";
import { type FingerprintEntry, readFingerprint } from "@/lib/migration/reset/fingerprint";
import { type ForeignDependent, readForeignDependents } from "@/lib/migration/reset/foreign-dependents";

/** Our tables, children first: the order in which they can be dropped without CASCADE. */
const TABLES = ["ip_asn_history", "ip_inventory", "asn_inventory"];

/** Live objects that a reset drops. */
export interface ResetScope {
  schema: string;
  tables: TableSnapshot[];
  /** Columns of `session_summaries`. */
  columns: string[];
  /** Constraints of `session_summaries`: foreign keys to our tables and checks on our columns. */
  constraints: ConstraintSnapshot[];
  /** Indexes of `session_summaries` by our names, valid or not. */
  indexes: string[];
  functions: { name: string; argumentTypes: string }[];
}

/** A scope with what of others stands on it, in the order in which that can be dropped. */
export interface FullScope extends ResetScope {
  dependents: ForeignDependent[];
}

/** Adds what of others stands on `inspection`'s scope. Reads the catalog only. */
export async function readFullScope(client: pg.ClientBase, inspection: Inspection): Promise<FullScope> {
  const scope = readResetScope(inspection);
  const dependents = await readForeignDependents(client, {
    schema: scope.schema,
    tables: scope.tables.map((table) => table.name),
    columns: scope.columns,
    functions: scope.functions.map((definition) => definition.name),
  });
  return { ...scope, dependents };
}

/** What a reset of this live catalog drops: everything of v16 that is there, and nothing else. Pure. */
function readResetScope({ live, declared }: Inspection): ResetScope {
  const v15 = readDeclaredTables(live.schema, Object.values(cowrieTablesV15(live.schema)));
  const added = (declared.tables.find((table) => table.name === "session_summaries")?.columns ?? [])
    .map((column) => column.name)
    .filter(
      (name) =>
        !v15.tables.some((table) => table.name === "session_summaries" && table.columns.some((c) => c.name === name)),
    );
  const addedIndexes = declared.indexes
    .filter((index) => index.table === "session_summaries" && !v15.indexes.some((old) => old.name === index.name))
    .map((index) => index.name);
  const sessions = live.tables.find((table) => table.name === "session_summaries");
  const columns = (sessions?.columns ?? [])
    .map((c) => c.name)
    .filter((name) => added.includes(name) || isLeftBehind(added, name));
  const declaredChecks = declared.constraints
    .filter((c) => c.table === "session_summaries" && c.kind === "check")
    .map((c) => c.name);
  return {
    schema: live.schema,
    tables: TABLES.flatMap((name) => live.tables.filter((table) => table.name === name)),
    columns,
    constraints: live.constraints.filter(
      (constraint) =>
        constraint.table === "session_summaries" &&
        (declaredChecks.includes(constraint.name) ||
          (constraint.kind === "foreign-key" &&
            TABLES.some((table) => constraint.definition.includes(`REFERENCES ${qualify(live.schema, table)}(`)))),
    ),
    indexes: live.indexes
      .filter((index) => index.table === "session_summaries" && addedIndexes.includes(index.name))
      .map((index) => index.name),
    functions: live.functions.filter((definition) => declared.functions.some((own) => own.name === definition.name)),
  };
}

/** Columns that the application's own migration leaves beside ours, and those that a repair has not finished with. */
function isLeftBehind(added: string[], column: string): boolean {
  return [LEGACY_IP_TYPE_COLUMN, RESWEEP_COLUMN, ...added.map(replacedName)].includes(column);
}

/**
 * The statements of a reset, in order, the version last. Dependents are dropped by name; without CASCADE an unknown one
 * makes all of it fail. Pure.
 */
export function resetSql(scope: FullScope, options: { dropsDependents: boolean }): string[] {
  const { schema } = scope;
  const dependents = options.dropsDependents ? scope.dependents : [];
  return [
    ...dependents.flatMap(({ dropSql }) => (dropSql === null ? [] : [dropSql])),
    ...scope.constraints.map((constraint) => dropConstraintSql(schema, constraint)),
    ...scope.tables.map((table) => dropTableSql(schema, table.name)),
    ...scope.indexes.map((index) => dropIndexSql(schema, index)),
    ...(scope.columns.length === 0 ? [] : [dropColumnsSql(schema, "session_summaries", scope.columns)]),
    ...scope.functions.map((definition) => dropFunctionSql(schema, definition)),
    `update ${qualify(schema, "schema_state")} set value = '15' where key = 'schema_version' and value <> '15'`,
  ];
}

/**
 * The statement that keeps everybody from the tables of a reset: the sessions first, then the inventories, in the order in
 * which a writer of sessions takes its locks; in another order the two would wait for each other. Pure.
 */
export function lockOwnTablesSql({ live }: Inspection): string {
  const there = TABLES.filter((name) => live.tables.some((table) => table.name === name));
  const names = ["session_summaries", ...there].map((name) => qualify(live.schema, name));
  return `lock table ${names.join(", ")} in access exclusive mode`;
}

/** Whether a reset of `scope` takes `entry` away: directly, or because it stands on what goes. Pure. */
export function isDropped(scope: FullScope, entry: FingerprintEntry): boolean {
  if (scope.dependents.some((dependent) => isOf(dependent, scope.schema, entry))) return true;
  if (entry.table === null)
    return entry.text.startsWith("function ") && scope.functions.some((f) => f.name === entry.name);
  if (scope.tables.some((table) => table.name === entry.table)) return true;
  if (entry.table !== "session_summaries") return false;
  if (scope.indexes.includes(entry.name) && entry.text.startsWith("relation i")) return true;
  if (scope.constraints.some((constraint) => constraint.name === entry.name)) return true;
  return entry.columns.some((column) => scope.columns.includes(column));
}

function isOf(dependent: ForeignDependent, schema: string, entry: FingerprintEntry): boolean {
  if (dependent.schema !== schema) return false;
  if (dependent.relation === null) return entry.table === null && entry.text.startsWith(`function ${dependent.name} `);
  if (entry.table === dependent.relation && entry.name === dependent.name) return true;
  // A view goes with its columns, a materialized one with its indexes too.
  return dependent.name === dependent.relation && entry.table === dependent.relation;
}

/**
 * Previews a reset from the live catalog: every object that goes with rows and size, rows that no run can derive again,
 * whoever depends on it, the exact SQL, and a hash that binds a confirmation to it. Counts the inventories' rows.
 *
 * @param options.dropsDependents the SQL drops those too, by name, wherever that is possible.
 */
export async function readResetPreview(
  client: pg.ClientBase,
  inspection: Inspection,
  options: { dropsDependents: boolean },
): Promise<ResetPreview> {
  const scope = await readFullScope(client, inspection);
  const { schema } = scope;
  const tables = [];
  for (const table of scope.tables) tables.push(await countRows(client, schema, table));
  const sessions = qualify(schema, "session_summaries");
  const nothing = { rows: null, bytes: null, rebuildable: true };
  const objects: ResetPreview["objects"] = [
    ...tables.map(({ name, rows, bytes, lost }) => ({
      kind: "table" as const,
      object: qualify(schema, name),
      rows,
      bytes,
      rebuildable: lost === 0,
    })),
    ...scope.columns.map((column) => ({
      kind: "column" as const,
      object: `${sessions}.${quoteIdentifier(column)}`,
      ...nothing,
      rebuildable: column !== LEGACY_IP_TYPE_COLUMN && !column.endsWith("_replaced"),
    })),
    ...scope.indexes.map((index) => ({ kind: "index" as const, object: qualify(schema, index), ...nothing })),
    ...scope.constraints.map((constraint) => ({
      kind: "constraint" as const,
      object: `${sessions}.${quoteIdentifier(constraint.name)}`,
      ...nothing,
    })),
    ...(await readAlongside(client, scope)),
    ...scope.functions.map((definition) => ({
      kind: "function" as const,
      object: qualify(schema, definition.name),
      ...nothing,
    })),
  ];
  const lost = tables
    .filter((table) => table.lost > 0)
    .map((table) => ({ object: qualify(schema, table.name), rows: table.lost }));
  const dependents = scope.dependents.map(({ kind, object, definition }) => ({ kind, object, definition }));
  const sql = ["begin", ...resetSql(scope, options), "commit"].map((statement) => `${statement};`);
  const database = await client.query<{ name: string }>("select current_database() as name");
  const preview = { database: database.rows[0]?.name ?? "", objects, lost, dependents, sql };
  return { ...preview, hash: hashOf(preview) };
}

/** Indexes and constraints of others on our columns: PostgreSQL drops them with the columns, and no run makes them again. */
async function readAlongside(client: pg.ClientBase, scope: FullScope): Promise<ResetPreview["objects"]> {
  const named = [...scope.indexes, ...scope.constraints.map((constraint) => constraint.name)];
  const entries = (await readFingerprint(client, scope.schema)).filter(
    (entry) =>
      entry.table === "session_summaries" &&
      isDropped({ ...scope, dependents: [] }, entry) &&
      !named.includes(entry.name),
  );
  const gone = { rows: null, bytes: null, rebuildable: false };
  return entries.flatMap(({ text, name }): ResetPreview["objects"] => {
    if (text.startsWith("relation i")) return [{ kind: "index", object: qualify(scope.schema, name), ...gone }];
    if (!text.startsWith("constraint ")) return [];
    const object = `${qualify(scope.schema, "session_summaries")}.${quoteIdentifier(name)}`;
    return [{ kind: "constraint", object, ...gone }];
  });
}

/** Sizes change by themselves; what goes, what is lost and who depends on it must not. */
function hashOf(preview: Omit<ResetPreview, "hash">): string {
  const bound = { ...preview, objects: preview.objects.map(({ kind, object }) => ({ kind, object })) };
  return createHash("sha256").update(JSON.stringify(bound)).digest("hex");
}

/** Our tables that are there, and so go. Pure. */
export function readResetTables(inspection: Inspection): TableSnapshot[] {
  return readResetScope(inspection).tables;
}

/** SQL condition for the rows of one of our tables that no run can derive again. */
export function lostCondition(table: TableSnapshot): string {
  return table.columns.some((column) => column.name === "enrichment_updated_at")
    ? "enrichment_updated_at is not null"
    : "true";
}

/** Rows of one of our tables, and those among them that the application wrote. */
async function countRows(client: pg.ClientBase, schema: string, table: TableSnapshot) {
  const result = await client.query<{ rows: number; lost: number }>(
    `select count(*)::int as rows, count(*) filter (where ${lostCondition(table)})::int as lost
     from ${qualify(schema, table.name)}`,
  );
  return { name: table.name, bytes: table.bytes, rows: result.rows[0]?.rows ?? 0, lost: result.rows[0]?.lost ?? 0 };
}
