import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import {
  type ColumnPair,
  columnsOf,
  foreignKeyEnds,
  indexBody,
  isNamedIn,
  isRetyped,
  isSessions,
  type Shapes,
  type TableRepair,
} from "@/lib/inspection/repairs";
import type { ConstraintSnapshot, IndexSnapshot } from "@/lib/inspection/snapshot";

/** Indexes and constraints on columns that a repair drops and adds: they go with them. */
export function takenAlong({ live }: Shapes, { table, regenerated }: TableRepair) {
  const isOn = (definition: string) => regenerated.some(({ declared }) => isNamedIn(definition, declared.name));
  return {
    indexes: live.indexes.filter((index) => index.table === table && !index.isConstraint && isOn(indexBody(index))),
    constraints: live.constraints.filter(
      (it) => it.table === table && it.kind !== "primary-key" && isOn(it.definition),
    ),
  };
}

/** Foreign keys among the tables of interest that have to go for a repair, by what becomes of them. */
export interface ForeignKeyFates {
  /** Declared: added again once every parent is there. */
  ours: ConstraintSnapshot[];
  /** Of others, made again as they were in the same transaction. */
  remade: ConstraintSnapshot[];
  /** Of others, and not possible between the types or without the index that a repair leaves. */
  refused: ConstraintSnapshot[];
}

/** What becomes of the foreign keys in the way of `repair`. Those of others on a session column kept aside stay on it. */
export function foreignKeyFates(shapes: Shapes, repair: TableRepair): ForeignKeyFates {
  const { live, declared } = shapes;
  const isOurs = (key: ConstraintSnapshot) =>
    declared.constraints.some(({ name, table }) => name === key.name && table === key.table);
  const inTheWay = live.constraints.filter(
    (it) => it.kind === "foreign-key" && isInTheWay(shapes, repair, { key: it, isOurs: isOurs(it) }),
  );
  const others = inTheWay.filter((key) => !isOurs(key));
  const isRemade = (key: ConstraintSnapshot) => isPossibleAfter(shapes, repair, key);
  return {
    ours: inTheWay.filter(isOurs),
    remade: others.filter(isRemade),
    refused: others.filter((key) => !isRemade(key)),
  };
}

/** Foreign keys of tables that are not looked at, on indexes that go with a column: PostgreSQL refuses to drop it. */
export function foreignKeysTakenAlong(shapes: Shapes, repair: TableRepair): { key: string; index: IndexSnapshot }[] {
  const { schema, constraints } = shapes.live;
  const known = constraints.map((key) => foreignKeyObject(schema, key));
  return indexesLost(shapes, repair).flatMap((index) =>
    (index.foreignKeys ?? []).filter((key) => !known.includes(key)).map((key) => ({ key, index })),
  );
}

const foreignKeyObject = (schema: string, key: ConstraintSnapshot): string =>
  `${qualify(schema, key.table)}.${quoteIdentifier(key.name)}`;

/** The indexes of `takenAlong`, those behind unique constraints included. */
function indexesLost(shapes: Shapes, repair: TableRepair): IndexSnapshot[] {
  const { indexes, constraints } = takenAlong(shapes, repair);
  const names = [...indexes, ...constraints].map(({ name }) => name);
  return shapes.live.indexes.filter(({ name, table }) => table === repair.table && names.includes(name));
}

/**
 * A key of ours on a column that is retyped is always made anew, which checks no session under a lock; one of others
 * only where no key between the two types is possible. And so is each whose index goes.
 */
function isInTheWay(
  shapes: Shapes,
  repair: TableRepair,
  { key, isOurs }: { key: ConstraintSnapshot; isOurs: boolean },
): boolean {
  const { live } = shapes;
  const gone = [
    ...indexesLost(shapes, repair),
    ...live.indexes.filter(({ name, table }) => table === repair.table && name === repair.key?.live?.name),
  ];
  if (gone.some((index) => index.foreignKeys?.includes(foreignKeyObject(live.schema, key)))) return true;
  const ends = foreignKeyEnds(live.schema, key);
  const touched = [
    ...(key.table === repair.table ? ends.columns : []),
    ...(ends.target === repair.table ? ends.targetColumns : []),
  ];
  const pairs = [...repair.altered, ...repair.replaced].filter(
    (pair) => isRetyped(pair) && touched.includes(pair.declared.name),
  );
  if (isOurs) return pairs.length > 0;
  // It follows the renamed column.
  return pairs.some((pair) => !isSameFamily(pair) && !repair.replaced.includes(pair));
}

const FAMILIES = [/^(smallint|integer|bigint)$/, /^(text|character varying)/];

/** Whether a foreign key is possible between the live and the declared type. */
function isSameFamily({ declared, live }: ColumnPair): boolean {
  return declared.type === live.type || FAMILIES.some((it) => it.test(declared.type) && it.test(live.type));
}

/** Whether both ends of a key of others fit together once `repair` is done. Sessions would be scanned under the lock. */
function isPossibleAfter(shapes: Shapes, repair: TableRepair, key: ConstraintSnapshot): boolean {
  const { live, declared } = shapes;
  const ends = foreignKeyEnds(live.schema, key);
  if (isSessions(key.table)) return false;
  const columnOf = (table: string, name: string) =>
    (table === repair.table ? declared : live).tables
      .find((it) => it.name === table)
      ?.columns.find((column) => column.name === name);
  const wanted = declared.constraints.find((it) => it.table === ends.target && it.kind === "primary-key");
  const isKey = columnsOf(wanted?.definition ?? "()").join() === ends.targetColumns.join();
  const isBehindOldKey = repair.key?.live != null && ends.target === repair.table && !isKey;
  return (
    !isBehindOldKey &&
    ends.columns.every((name, index) => {
      const [child, parent] = [columnOf(key.table, name), columnOf(ends.target, ends.targetColumns[index] ?? "")];
      return child !== undefined && parent !== undefined && isSameFamily({ declared: parent, live: child });
    })
  );
}
