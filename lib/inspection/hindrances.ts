import type { PhaseId } from "@/lib/contract";
import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { foreignKeyFates, foreignKeysTakenAlong } from "@/lib/inspection/foreign-keys";
import { OWN_TABLES, phaseOfIndex } from "@/lib/inspection/ownership";
import {
  changedColumns,
  columnsOf,
  indexBody,
  isNamedIn,
  isPlainKey,
  isRepairable,
  isSessions,
  isTimestamp,
  readRepair,
  type Shapes,
  timestampPairs,
} from "@/lib/inspection/repairs";
import { notMadeAgain } from "@/lib/inspection/replaced-objects";
import type { IndexSnapshot } from "@/lib/inspection/snapshot";

/** Obstacles that no run can get out of the way: why rows of ours could not be kept or written. */
export interface Hindrance {
  name: string;
  table: string;
  /** Default the phase of the table. */
  phase?: PhaseId;
  live: string;
  message: string;
  remedy: string;
}

/** What stops a repair before it begins: a key column that is missing, columns of others that refuse our rows. */
export function hindrances(shapes: Shapes): Hindrance[] {
  const { schema } = shapes.live;
  const own = OWN_TABLES.filter((table) => isRepairable(shapes, table));
  return [
    ...own.flatMap((table) => missingKeyColumns(shapes, schema, table)),
    ...own.flatMap((table) => demandingColumns(shapes, schema, table)),
    ...own.flatMap((table) => generatedByOthers(shapes, schema, table)),
    ...own.flatMap((table) => foreignKeysInTheWay(shapes, schema, table)),
    ...takenIndexNames(shapes),
    ...timestampHindrances(shapes, schema),
    ...objectsLost(shapes, schema),
  ];
}

function missingKeyColumns(shapes: Shapes, schema: string, table: string): Hindrance[] {
  const key = shapes.declared.constraints.find((it) => it.table === table && it.kind === "primary-key");
  const wanted = columnsOf(key?.definition ?? "()");
  const object = qualify(schema, table);
  // Where there is no row, none has to be told apart.
  if (shapes.live.tables.find(({ name }) => name === table)?.isEmpty === true) return [];
  return readRepair(shapes, table)
    .missing.filter(({ name, defaultExpression }) => wanted.includes(name) && defaultExpression === null)
    .map(({ name }) => ({
      name: `missing-key-${table}.${name}`,
      table,
      live: "no such column",
      message: `${object}.${name} does not exist: without it rows of ${object} cannot be told apart, and no value can be made up.`,
      remedy: `Drop or rename ${object}, or reset to v15; the migration then makes it anew. If it has no rows: truncate ${object}`,
    }));
}

/** A column of others that is NOT NULL and has no default would make every row that a run adds fail (23502). */
function demandingColumns(shapes: Shapes, schema: string, table: string): Hindrance[] {
  const object = qualify(schema, table);
  const declared = shapes.declared.tables.find(({ name }) => name === table)?.columns ?? [];
  return (shapes.live.tables.find(({ name }) => name === table)?.columns ?? [])
    .filter(({ name }) => !declared.some((column) => column.name === name))
    .filter((column) => !column.isNullable && column.defaultExpression === null && column.generatedExpression === null)
    .map(({ name, type }) => ({
      name: `required-column-${table}.${name}`,
      table,
      live: `${type} not null`,
      message: `${object}.${name} is not part of v16, is NOT NULL and has no default: no row could be added (23502).`,
      remedy: `It is not Tidemark's to change. Give it a default, or let it be empty: alter table ${object} alter column ${name} drop not null`,
    }));
}

/** A generated column of others over one that has to change type: PostgreSQL refuses (0A000), and it is not ours to drop. */
function generatedByOthers(shapes: Shapes, schema: string, table: string): Hindrance[] {
  const declared = shapes.declared.tables.find(({ name }) => name === table)?.columns ?? [];
  const changed = changedColumns(shapes, { kind: "column", table });
  const object = qualify(schema, table);
  return (shapes.live.tables.find(({ name }) => name === table)?.columns ?? [])
    .filter(({ name }) => !declared.some((column) => column.name === name))
    .filter(({ generatedExpression }) => changed.some((column) => isNamedIn(generatedExpression ?? "", column)))
    .map(({ name, generatedExpression }) => ({
      name: `generated-column-${table}.${name}`,
      table,
      live: `generated always as (${generatedExpression})`,
      message: `${object}.${name} is not part of v16 and is generated from a column that has to change (0A000).`,
      remedy: `Keep its expression, drop the column, run the migration, and add it again.`,
    }));
}

/** Foreign keys of others that could not be made again once a repair is done. */
function foreignKeysInTheWay(shapes: Shapes, schema: string, table: string): Hindrance[] {
  const repair = readRepair(shapes, table);
  const object = qualify(schema, table);
  const remedy = (child: string, name: string, definition: string) =>
    `Keep its definition, drop it (alter table ${child} drop constraint ${name}), run the migration, and add it again. ${definition}`.trim();
  return [
    ...foreignKeyFates(shapes, repair).refused.map((key) => ({
      name: `foreign-key-${key.table}.${key.name}`,
      table,
      live: key.definition,
      message: `Foreign key ${qualify(schema, key.table)}.${quoteIdentifier(key.name)} is not possible with ${object} as declared (42804).`,
      remedy: remedy(qualify(schema, key.table), quoteIdentifier(key.name), `Its definition: ${key.definition}`),
    })),
    ...foreignKeysTakenAlong(shapes, repair).map(({ key, index }) => ({
      name: `foreign-key-index-${key}`,
      table,
      live: index.definition,
      message: `Foreign key ${key} stands on index ${qualify(schema, index.name)}, which goes with a column of ${object} that is made GENERATED (2BP01).`,
      remedy: remedy(key.slice(0, key.lastIndexOf(".")), key.slice(key.lastIndexOf(".") + 1), ""),
    })),
  ];
}

/**
 * An index on a table that is none of ours has taken the name of one that a run makes: what a table leaves behind that
 * was renamed away.
 */
function takenIndexNames(shapes: Shapes): Hindrance[] {
  const { declared, live } = shapes;
  const isWatched = (table: string) => isSessions(table) || OWN_TABLES.some((own) => own === table);
  // A key under another name is the declared one: it is made only where there is none, or another.
  const isMade = (index: IndexSnapshot) =>
    !index.isConstraint || !isRepairable(shapes, index.table) || readRepair(shapes, index.table).key !== null;
  return declared.indexes
    .filter((index) => phaseOfIndex(index) !== null && isMade(index))
    .flatMap((index): Hindrance[] => {
      const found = live.indexes.find(({ name }) => name === index.name);
      if (found === undefined || isWatched(found.table)) return [];
      const object = qualify(live.schema, index.name);
      return [
        {
          name: `index-name-${index.name}`,
          table: index.table,
          live: found.definition,
          message: `${object}: the name is taken by an index on ${found.table}, which is not Tidemark's to change.`,
          remedy: `Rename it: alter index ${object} rename to …`,
        },
      ];
    });
}

/** Times that are none for PostgreSQL, and indexes whose text holds for naive times alone (42P17). */
function timestampHindrances(shapes: Shapes, schema: string): Hindrance[] {
  const pairs = timestampPairs(shapes);
  const table = "session_summaries";
  const object = qualify(schema, table);
  const base = { table, phase: "session-snapshots" } as const;
  const unreadable = pairs.filter(({ live }) => !isTimestamp(live) || live.generatedExpression !== null);
  const isOdd = (index: IndexSnapshot) =>
    pairs.some(({ live: { name } }) => isNamedIn(indexBody(index), name) && !isPlainKey(indexBody(index), name));
  return [
    ...unreadable.map(({ live: { name, type } }) => ({
      ...base,
      name: `timestamp-${name}`,
      live: type,
      message: `${object}.${name} is ${type}, which cannot be read as times in UTC by itself.`,
      remedy: `Change it by hand: alter table ${object} alter column ${name} type timestamptz using …`,
    })),
    ...shapes.live.indexes
      .filter((index) => index.table === table && isOdd(index))
      .map((index) => ({
        ...base,
        name: `timestamp-index-${index.name}`,
        live: index.definition,
        message: `Index ${qualify(schema, index.name)} computes something from a time without zone that has to become timestamptz (42P17).`,
        remedy: `Drop it, run the migration, and make it again for times with zone. Its definition: ${index.definition}`,
      })),
  ];
}

/** What others have on a session column of another type, and could not have on one of the declared type. */
function objectsLost(shapes: Shapes, schema: string): Hindrance[] {
  const table = "session_summaries";
  const { replaced } = readRepair(shapes, table);
  const names = replaced.map(({ live, declared }) => `${live.name} ${declared.type}`).join(", ");
  return notMadeAgain(shapes, replaced).map((it) => {
    const isIndex = "isConstraint" in it;
    const object = isIndex ? qualify(schema, it.name) : `${qualify(schema, table)}.${quoteIdentifier(it.name)}`;
    return {
      name: `${isIndex ? "index" : "constraint"}-on-replaced-${it.name}`,
      table,
      live: it.definition,
      message: `${isIndex ? "Index" : "Constraint"} ${object} could not be made again as it is once the repair has made ${names}.`,
      remedy: `Keep its definition, drop it, run the migration, and make it again for the new type. Its definition: ${it.definition}`,
    };
  });
}
