import { obstacles } from "@/lib/inspection/repairs";
import type { PlanContext } from "@/lib/migration/phase";

/**
 * `sql` with the plain views of others that stand in its way dropped before and made again after it, identically.
 * Only those that the operator agreed to by name; a run that meets another one was refused before it began.
 */
export function aroundViews(
  { inspection, recreatedDependents = [] }: PlanContext,
  table: string,
  sql: string[],
): string[] {
  const found = obstacles(inspection).map(({ dependent }) => dependent);
  const ours = found.filter(
    (it) => it.table === table || (it.on.endsWith(`.${it.table}`) && isHelperOf(table, it.table)),
  );
  const names = [...new Set(ours.map(({ object }) => object))].filter((object) => recreatedDependents.includes(object));
  const views = names
    .flatMap((object) => inspection.dependents.find((it) => it.object === object && it.view != null) ?? [])
    .flatMap(({ object, view }) => (view == null ? [] : [{ object, ...view }]))
    .sort((one, other) => one.depth - other.depth);
  return [
    ...views.toReversed().map(({ object }) => `drop view ${object}`),
    ...sql,
    ...views.flatMap(({ sql: statements }) => statements),
  ];
}

/** Functions of the generated columns are repaired together with the table of these columns. */
const isHelperOf = (table: string, on: string) => table === "ip_inventory" && on.startsWith("tidemark_");
