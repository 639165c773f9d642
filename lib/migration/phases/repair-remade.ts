import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { replacedName } from "@/lib/db/repair-names";
import type { Inspection } from "@/lib/inspection/inspection";
import { type ColumnPair, replacedColumns } from "@/lib/inspection/repairs";
import { objectsOfOthers } from "@/lib/inspection/replaced-objects";
import type { ConstraintSnapshot, IndexSnapshot } from "@/lib/inspection/snapshot";
import { renameIndexSql } from "@/lib/migration/ddl";
import type { Step } from "@/lib/migration/phase";
import { addAgainSteps } from "@/lib/migration/phases/constraint-steps";
import { buildAgainSteps, withoutIndexes } from "@/lib/migration/phases/index-steps";
import { repairOf } from "@/lib/migration/phases/repair";

const TABLE = "session_summaries";

/**
 * What others have on columns that are renamed away follows these, under other names: it says what is to be made again
 * on the columns that take their place, whatever happens in between, and goes with the old ones.
 */
export function moveAsideStatements(inspection: Inspection, replaced: ColumnPair[]): string[] {
  const { schema } = inspection.live;
  const { indexes, constraints } = objectsOfOthers(inspection, replaced);
  const rename = (name: string) =>
    `rename constraint ${quoteIdentifier(name)} to ${quoteIdentifier(replacedName(name))}`;
  return [
    ...indexes.map(({ name }) => renameIndexSql(schema, name, replacedName(name))),
    ...constraints.map(({ name }) => `alter table ${qualify(schema, TABLE)} ${rename(name)}`),
  ];
}

/** Builds the indexes of others that stand on a column renamed away, on the column that took its place. */
export function remadeIndexSteps(inspection: Inspection): Step[] {
  const { now, earlier } = wanted(inspection);
  return [
    ...buildAgainSteps(withoutIndexes(inspection, now.indexes), now.indexes),
    ...buildAgainSteps(inspection, earlier.indexes),
  ];
}

/** Adds the constraints of others on such columns again, once every value is taken over; validates what was valid. */
export function remadeConstraintSteps(inspection: Inspection): Step[] {
  const { now, earlier } = wanted(inspection);
  const moved = withoutIndexes(inspection, [...now.keys.values()]);
  const isMoved = (it: ConstraintSnapshot) =>
    it.table === TABLE && now.constraints.some(({ name }) => name === it.name);
  const constraints = inspection.live.constraints.filter((it) => !isMoved(it));
  return [
    ...now.constraints.flatMap((it) =>
      addAgainSteps({ ...moved, live: { ...moved.live, constraints } }, it, now.keys.get(it.name)),
    ),
    ...earlier.constraints.flatMap((it) => addAgainSteps(inspection, it, earlier.keys.get(it.name))),
  ];
}

interface Wanted {
  indexes: IndexSnapshot[];
  constraints: ConstraintSnapshot[];
  /** The index behind each unique constraint. */
  keys: Map<string, IndexSnapshot>;
}

/** What has to be made again: of columns that this run renames away, and of those that an earlier one did. */
function wanted(inspection: Inspection): { now: Wanted; earlier: Wanted } {
  const { replaced } = repairOf(inspection, TABLE);
  const left = replacedColumns(inspection);
  const isAside = ({ name }: { name: string }) => name.endsWith(replacedName(""));
  const aside = objectsOfOthers(inspection, left);
  const now = objectsOfOthers(inspection, replaced);
  const keysOf = (constraints: ConstraintSnapshot[]) =>
    inspection.live.indexes.filter(
      (index) => index.isConstraint && index.table === TABLE && constraints.some(({ name }) => name === index.name),
    );
  const byName = (indexes: IndexSnapshot[]) => new Map(indexes.map((index) => [index.name, index]));
  const constraints = aside.constraints.filter(isAside);
  return {
    now: { ...now, keys: byName(keysOf(now.constraints)) },
    earlier: {
      indexes: aside.indexes.filter(isAside).map((index) => withoutSuffix(index, left)),
      constraints: constraints.map((it) => withoutSuffix(it, left)),
      keys: byName(keysOf(constraints).map((index) => withoutSuffix(index, left))),
    },
  };
}

function withoutSuffix<Kept extends { name: string; definition: string }>(object: Kept, left: ColumnPair[]): Kept {
  const name = object.name.slice(0, -replacedName("").length);
  const named = object.definition.replace(
    ` INDEX ${quoteIdentifier(object.name)} ON`,
    ` INDEX ${quoteIdentifier(name)} ON`,
  );
  const definition = left.reduce(
    (text, { declared }) => text.replaceAll(replacedName(declared.name), declared.name),
    named,
  );
  return { ...object, name, definition };
}
