import { formatCounted, formatList } from "@/lib/client/format";
import { isWrong, statesOf, summarise } from "@/lib/client/schema-summary";
import type { ActiveRun, ObjectState, SchemaReport } from "@/lib/contract";

type Table = SchemaReport["tables"][number];

/**
 * How a table stands with its columns alone; one that is not there is one thing to say, however many it has. `short` goes
 * where it is plain that columns are meant. Pure.
 */
export function summariseTable(table: Table): { state: ObjectState; text: string; short: string } {
  if (table.exists) {
    const { state, text } = summarise(statesOf(table));
    return { state, text: `columns${state === "as-declared" ? "" : ":"} ${text}`, short: text };
  }
  return statesOf(table).some(isWrong)
    ? { state: "missing", text: "missing", short: "missing" }
    : { state: "planned", text: "will be created", short: "will be created" };
}

/** The report while a run is at it: what that has not come to yet is no fault, it is still to come. Pure. */
export function duringRun(report: SchemaReport, activeRun: ActiveRun | null): SchemaReport {
  if (activeRun?.kind !== "migrate") return report;
  const toCome = <T extends { state: ObjectState; remedy: string | null }>(object: T): T =>
    object.state === "missing" ? { ...object, state: "planned", remedy: `Run ${activeRun.id} adds it.` } : object;
  return {
    ...report,
    tables: report.tables.map((table) => ({ ...table, columns: table.columns.map(toCome) })),
    indexes: report.indexes.map(toCome),
    constraints: report.constraints.map(toCome),
    functions: report.functions.map(toCome),
  };
}

/** What differs or is still to come, in one sentence. Pure. */
export function summariseReport(report: SchemaReport, activeRun: ActiveRun | null): string {
  const parts = countable(report);
  const wrong = parts.flatMap(({ states }) => states).filter(isWrong).length;
  const toCome = parts
    .map(({ nouns, states }) => ({ nouns, count: states.filter((state) => state === "planned").length }))
    .filter(({ count }) => count > 0);
  const planned = toCome.reduce((sum, { count }) => sum + count, 0);
  const by = activeRun?.kind === "migrate" ? `run ${activeRun.id}` : "a run";
  const differ = `${formatCounted(wrong, "object")} differ${wrong === 1 ? "s" : ""}`;
  if (planned === 0) return wrong === 0 ? "They agree." : `${differ}.`;
  const list = toCome.map(({ nouns: [one, many], count }) => formatCounted(count, one, many));
  return `${wrong === 0 ? "Nothing is wrong;" : `${differ}; besides,`} ${by} will add ${formatList(list)}.`;
}

/**
 * Everything that counts as one: of a table that is not there all that comes with it is no more than the table, as among the
 * findings. Its foreign keys do not come with it.
 */
function countable({ tables, indexes, constraints, functions }: SchemaReport) {
  const absent = new Set(tables.filter(({ exists }) => !exists).map(({ name }) => name));
  const isKey = (declared: string | null) => declared?.startsWith("FOREIGN KEY") === true;
  const of = (objects: { state: ObjectState }[]) => objects.map(({ state }) => state);
  const parts: { nouns: [one: string, many: string]; states: ObjectState[] }[] = [
    {
      nouns: ["table with all that belongs to it", "tables with all that belongs to them"],
      states: tables.filter(({ exists }) => !exists).map((one) => summariseTable(one).state),
    },
    { nouns: ["column", "columns"], states: tables.filter(({ exists }) => exists).flatMap(statesOf) },
    { nouns: ["index", "indexes"], states: of(indexes.filter(({ table }) => !absent.has(table))) },
    {
      nouns: ["constraint", "constraints"],
      states: of(constraints.filter(({ table, declared }) => !absent.has(table) || isKey(declared))),
    },
    { nouns: ["function", "functions"], states: of(functions) },
  ];
  return parts;
}
