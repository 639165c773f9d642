import { qualify } from "@/lib/db/identifier";
import { replacedName } from "@/lib/db/repair-names";
import type { Dependent } from "@/lib/inspection/catalog";
import type { Inspected } from "@/lib/inspection/inspected";
import { OWN_TABLES, phaseOfColumn, TIMESTAMP_COLUMNS } from "@/lib/inspection/ownership";
import type { ColumnSnapshot, ConstraintSnapshot, IndexSnapshot } from "@/lib/inspection/snapshot";

/** What an inspection has to show for a repair to be concluded from it. */
export type Shapes = Pick<Inspected, "declared" | "live" | "drift">;

/** A column that is there, as declared and as found. */
export interface ColumnPair {
  declared: ColumnSnapshot;
  live: ColumnSnapshot;
}

/** What has to become of the columns and the key of a table that is there. */
export interface TableRepair {
  table: string;
  missing: ColumnSnapshot[];
  /** Dropped and added as GENERATED: their values follow the document, whatever is in them. */
  regenerated: ColumnPair[];
  /** Changed in place, rows kept. */
  altered: ColumnPair[];
  /** Of `session_summaries`, too large to be rewritten: renamed away, added anew, refilled by the sweep. */
  replaced: ColumnPair[];
  /** The live primary key where it is another one than declared; null where there is none. */
  key: { declared: ConstraintSnapshot; live: ConstraintSnapshot | null } | null;
}

/** What a run has to do to the columns of `table`, which must be there. Pure. */
export function readRepair(shapes: Shapes, table: string): TableRepair {
  const declared = shapes.declared.tables.find((it) => it.name === table)?.columns ?? [];
  const live = shapes.live.tables.find((it) => it.name === table)?.columns ?? [];
  const ours = declared.filter(
    ({ name }) => phaseOfColumn(table, name) !== null && !(isSessions(table) && TIMESTAMP_COLUMNS.includes(name)),
  );
  const pairs = ours.flatMap((column): ColumnPair[] => {
    const found = live.find((it) => it.name === column.name);
    return found === undefined ? [] : [{ declared: column, live: found }];
  });
  const wrong = pairs.filter((pair) => !isAsDeclared(pair));
  const rewritten = wrong.filter((pair) => isRewritten(pair) && pair.declared.generatedExpression === null);
  const isOverRewritten = ({ live: { generatedExpression } }: ColumnPair) =>
    rewritten.some((pair) => isNamedIn(generatedExpression ?? "", pair.live.name));
  const hasOtherFunctions = shapes.drift.some(({ kind }) => kind === "different-function");
  const regenerated = pairs.filter(
    (pair) =>
      pair.declared.generatedExpression !== null &&
      (!isAsDeclared(pair) || isOverRewritten(pair) || (hasOtherFunctions && pair.live.generatedExpression !== null)),
  );
  const plain = wrong.filter(({ declared: column }) => column.generatedExpression === null);
  const isReplaced = (pair: ColumnPair) => isSessions(table) && isRetyped(pair) && !isCatalogOnly(pair);
  return {
    table,
    missing: ours.filter((column) => !live.some((it) => it.name === column.name)),
    regenerated,
    altered: plain.filter((pair) => !isReplaced(pair)),
    replaced: plain.filter(isReplaced),
    key: isSessions(table) ? null : readKeyRepair(shapes, table),
  };
}

/** Whether the live type differs from the declared one. */
export const isRetyped = ({ declared, live }: ColumnPair): boolean => declared.type !== live.type;

/** Whether PostgreSQL is asked for another type, or for the same one to put a value where NULL must not stay. */
const isRewritten = (pair: ColumnPair): boolean =>
  isRetyped(pair) || (pair.live.isNullable && !pair.declared.isNullable);

/** Whether PostgreSQL changes the type without looking at a row: a longer varchar, naive time read as UTC. */
function isCatalogOnly({ declared, live }: ColumnPair): boolean {
  const lengthOf = (type: string) => Number(/^character varying\((\d+)\)$/.exec(type)?.[1] ?? Number.NaN);
  if (lengthOf(live.type) <= lengthOf(declared.type)) return true;
  return declared.type === "timestamp with time zone" && live.type === "timestamp without time zone";
}

/** Those of the two timestamps that have to become `timestamptz`. */
export function timestampPairs({ declared, live }: Pick<Shapes, "declared" | "live">): ColumnPair[] {
  const columnsIn = (snapshot: typeof live) => snapshot.tables.find(({ name }) => isSessions(name))?.columns ?? [];
  return TIMESTAMP_COLUMNS.flatMap((name): ColumnPair[] => {
    const pair = {
      declared: columnsIn(declared).find((it) => it.name === name),
      live: columnsIn(live).find((it) => it.name === name),
    };
    if (pair.declared === undefined || pair.live === undefined) return [];
    return pair.declared.type === pair.live.type ? [] : [{ declared: pair.declared, live: pair.live }];
  });
}

/** Whether PostgreSQL reads the times of such a column as UTC without rewriting a row: of whatever precision. */
export const isTimestamp = ({ type }: ColumnSnapshot): boolean =>
  /^timestamp(\(\d\))? with(out)? time zone$/.test(type);

/** Whether the text of a definition names `column`. */
export function isNamedIn(definition: string, column: string): boolean {
  return new RegExp(`(?<![\\w"])"?${column}"?(?![\\w"])`).test(definition);
}

/** What an index stands on, without its name. */
export const indexBody = (index: IndexSnapshot): string =>
  index.definition.slice(index.definition.indexOf(" USING ") + 1);

/** Whether an index has the column as it is: in no expression, and in a predicate only as being NULL or not. */
export function isPlainKey(body: string, column: string): boolean {
  const [keys = "", predicate = ""] = body.split(" WHERE ");
  const list = keys.slice(keys.indexOf("(") + 1);
  return (
    !isNamedIn(predicate.replaceAll(/"?\w+"? IS (NOT )?NULL/g, ""), column) &&
    list
      .split(/, |\) INCLUDE \(|\)$/)
      .every((key) => !isNamedIn(key, column) || /^"?\w+"?( (ASC|DESC|NULLS|FIRST|LAST))*$/.test(key))
  );
}

/** Something of others that stands in the way of a repair. */
export interface Obstacle {
  dependent: Dependent;
  /** What has to change under it. */
  columns: string[];
}

/** Objects of others on columns that a repair has to retype or drop: PostgreSQL refuses that while they are there. */
export function obstacles(inspected: Shapes & Pick<Inspected, "dependents">): Obstacle[] {
  return inspected.dependents.flatMap((dependent): Obstacle[] => {
    const changed = changedColumns(inspected, dependent);
    const columns = changed.filter((column) => dependent.columns.includes(column));
    // A column of the table's row type stands on all of them, and whatever stands on a function needs it as it is.
    const isWhole = dependent.kind === "column" || isOtherFunction(inspected, dependent.table);
    return columns.length > 0 || (isWhole && changed.length > 0)
      ? [{ dependent, columns: columns.length > 0 ? columns : changed }]
      : [];
  });
}

/** Columns under a dependent that a repair retypes, drops or renames away. */
export function changedColumns(
  shapes: Shapes,
  { kind, table, object }: Pick<Dependent, "kind" | "table"> & { object?: string },
): string[] {
  if (isOtherFunction(shapes, table)) return [table];
  if (!isRepairable(shapes, table)) return [];
  const { regenerated, altered, replaced, key } = readRepair(shapes, table);
  const rewritten = altered.filter((pair) => isRewritten(pair) || pair.live.generatedExpression !== null);
  const isBehindKey = shapes.live.indexes.some(
    (index) => index.table === table && index.name === key?.live?.name && index.foreignKeys?.includes(object ?? ""),
  );
  const keyColumns = kind === "foreign key" && isBehindKey ? columnsOf(key?.live?.definition ?? "()") : [];
  const timestamps = isSessions(table) ? timestampPairs(shapes) : [];
  return [
    ...[...regenerated, ...rewritten, ...replaced].map(({ declared }) => declared.name),
    ...keyColumns,
    ...timestamps.map(({ declared }) => declared.name),
  ];
}

function isOtherFunction({ drift }: Shapes, name: string): boolean {
  return drift.some((difference) => difference.kind === "different-function" && difference.name === name);
}

/** Whether `table` is there and one of those whose columns a run puts right. */
export function isRepairable({ live }: Shapes, table: string): boolean {
  return [...OWN_TABLES, "session_summaries"].includes(table) && live.tables.some(({ name }) => name === table);
}

/** Columns named in the first pair of parentheses of a key's definition. */
export function columnsOf(definition: string): string[] {
  return definition
    .slice(definition.indexOf("(") + 1, definition.indexOf(")"))
    .split(", ")
    .map((name) => name.replaceAll('"', ""));
}

/** The table that a foreign key refers to, unqualified, and the columns on both sides. */
export function foreignKeyEnds(schema: string, key: ConstraintSnapshot) {
  const references = key.definition.slice(key.definition.indexOf(" REFERENCES ") + " REFERENCES ".length);
  const target = references.slice(0, references.indexOf("("));
  const own = [...OWN_TABLES, "session_summaries"].find((table) => qualify(schema, table) === target);
  return { columns: columnsOf(key.definition), target: own ?? target, targetColumns: columnsOf(references) };
}

/** Whether `table` is the one that holds the honeypot data. */
export const isSessions = (table: string): boolean => table === "session_summaries";

function isAsDeclared({ declared, live }: ColumnPair): boolean {
  return (
    declared.type === live.type &&
    declared.generatedExpression === live.generatedExpression &&
    declared.isNullable === live.isNullable &&
    (declared.generatedExpression !== null || declared.defaultExpression === live.defaultExpression)
  );
}

function readKeyRepair({ declared, live }: Shapes, table: string): TableRepair["key"] {
  const isKey = (it: ConstraintSnapshot) => it.table === table && it.kind === "primary-key";
  const wanted = declared.constraints.find(isKey);
  const found = live.constraints.find(isKey) ?? null;
  if (wanted === undefined || found?.definition === wanted.definition) return null;
  return { declared: wanted, live: found };
}

/** Columns that an unfinished repair of `session_summaries` has renamed away, with the names they had. */
export function replacedColumns({ declared, live }: Pick<Shapes, "declared" | "live">): ColumnPair[] {
  const find = (snapshot: typeof live) => snapshot.tables.find(({ name }) => isSessions(name))?.columns ?? [];
  return find(declared).flatMap((column): ColumnPair[] => {
    const left = find(live).find(({ name }) => name === replacedName(column.name));
    return left === undefined || phaseOfColumn("session_summaries", column.name) !== "source-ip"
      ? []
      : [{ declared: column, live: left }];
  });
}
