import { replacedName } from "@/lib/db/repair-names";
import { type ColumnPair, indexBody, isNamedIn, isPlainKey, isSessions, type Shapes } from "@/lib/inspection/repairs";
import type { ConstraintSnapshot, IndexSnapshot } from "@/lib/inspection/snapshot";

/** What others have on columns of `session_summaries`; our own is made anew as declared. */
export function objectsOfOthers({ declared, live }: Pick<Shapes, "declared" | "live">, columns: readonly ColumnPair[]) {
  const isOn = (definition: string) => columns.some(({ live: { name } }) => isNamedIn(definition, name));
  const isOurs = (it: { name: string }) =>
    [...declared.indexes, ...declared.constraints].some(({ name, table }) => name === it.name && isSessions(table));
  return {
    indexes: live.indexes.filter(
      (it) => isSessions(it.table) && !it.isConstraint && !isOurs(it) && isOn(indexBody(it)),
    ),
    constraints: live.constraints.filter((it) => isSessions(it.table) && !isOurs(it) && isOn(it.definition)),
  };
}

/** The objects among them that cannot be made again on columns of the declared types, as far as their text tells. */
export function notMadeAgain(shapes: Shapes, replaced: readonly ColumnPair[]): (IndexSnapshot | ConstraintSnapshot)[] {
  const { indexes, constraints } = objectsOfOthers(shapes, replaced);
  const isReferredTo = ({ name }: { name: string }) =>
    shapes.live.indexes.some((index) => index.name === name && (index.foreignKeys ?? []).length > 0);
  const isTooLong = ({ name }: { name: string }) => Buffer.byteLength(replacedName(name)) > LONGEST_NAME;
  const isLost = (it: IndexSnapshot | ConstraintSnapshot) =>
    isReferredTo(it) || isTooLong(it) || !replaced.every((pair) => canStandOn(pair, it));
  return [...indexes, ...constraints].filter(isLost);
}

/** In bytes; PostgreSQL cuts off the rest. */
const LONGEST_NAME = 63;

function canStandOn(pair: ColumnPair, object: IndexSnapshot | ConstraintSnapshot): boolean {
  const { name } = pair.live;
  if ("isConstraint" in object) {
    const body = indexBody(object);
    if (!isNamedIn(body, name)) return true;
    const method = /^USING (\w+)/.exec(body)?.[1] ?? "";
    const methods = pair.declared.type.endsWith("[]") ? ["btree", "hash", "gin"] : ["btree", "hash", "brin"];
    return methods.includes(method) && (isPlainKey(body, name) || (isOfOneKind(pair) && !/_ops\b/.test(body)));
  }
  if (!isNamedIn(object.definition, name)) return true;
  switch (object.kind) {
    case "unique":
      return true;
    case "foreign-key":
      return isOfOneKind(pair);
    case "check":
      // The column kept aside stays NULL in sessions that come meanwhile.
      return isOfOneKind(pair) && !object.definition.includes(`${name} IS NOT NULL`);
    default:
      return false;
  }
}

const KINDS = [/^(smallint|integer|bigint|numeric)/, /^(text|character)/, /^timestamp/];

/** Whether what is said of values of the live type can be said of those of the declared one. */
const isOfOneKind = ({ declared, live }: ColumnPair): boolean =>
  KINDS.some((kind) => kind.test(declared.type) && kind.test(live.type));
