import type pg from "pg";
import type { CoverageSources } from "@/lib/contract";
import { OriginTally } from "@/lib/coverage/sources";
import { hasJournal } from "@/lib/db/console-db";
import { qualify } from "@/lib/db/identifier";
import { type DeepComparison, deepCompareSql, generatedCompareSql } from "@/lib/enrichment/deep-compare-sql";
import { SESSION_RULES } from "@/lib/enrichment/rules";
import type { Inspection } from "@/lib/inspection/inspection";
import { toSweepShape } from "@/lib/migration/workload";

/** Pages whose documents are read by one statement: some thousand sessions, whatever the size of the table. */
const RANGE_PAGES = 256;

/** Sessions named where they differ. */
const MOST_EXAMPLES = 5;

/** What the comparison tells while it goes on. */
export interface DeepListener {
  onProgress?: (pages: { done: number; total: number }) => void;
  /** Why nothing was compared, or which session differs where. */
  onNote?: (text: string) => void;
}

/**
 * Computes every snapshot anew from its document, and every generated column of `ip_inventory`, and compares with what is
 * there; changes nothing. Null where there is nothing to compare, or no function to read documents with: `onNote` hears
 * why.
 *
 * @returns the sessions compared; sessions and addresses that differ; which source gave each value.
 */
export async function compareDeeply(
  client: pg.ClientBase,
  inspection: Inspection,
  { onProgress = () => {}, onNote = () => {} }: DeepListener,
): Promise<{ compared: number; different: number; sources: CoverageSources } | null> {
  const obstacle = await readObstacle(client, inspection);
  if (obstacle !== null) {
    onNote(`Snapshots not compared: ${obstacle}.`);
    return null;
  }
  const sweptSince = await readFirstSweep(client);
  const sessions: Comparison = {
    table: qualify(inspection.live.schema, "session_summaries"),
    sql: deepCompareSql(toSweepShape(inspection)),
    values: [sweptSince],
  };
  const addresses = toGeneratedComparison(inspection);
  if (addresses === null) onNote("Generated columns of ip_inventory not compared: they are not as declared.");
  const comparisons = [sessions, ...(addresses === null ? [] : [addresses])];
  const pages: number[] = [];
  for (const { table } of comparisons) pages.push(await readPages(client, table));
  const total = pages.reduce((sum, count) => sum + count, 0);
  const found: DeepComparison[] = [];
  const origins = new OriginTally();
  for (const [index, comparison] of comparisons.entries()) {
    const before = index === 0 ? 0 : (pages[0] ?? 0);
    const listener = (done: number) => onProgress({ done: before + done, total });
    found.push(await comparePages(client, comparison, { pages: pages[index] ?? 0, listener, origins }));
  }
  const [swept, stored] = found;
  for (const { key, columns } of swept?.examples ?? []) onNote(`Session ${key} differs in ${columns.join(", ")}`);
  for (const { key, columns } of stored?.examples ?? []) onNote(`Address ${key} differs in ${columns.join(", ")}`);
  return {
    compared: swept?.compared ?? 0,
    different: (swept?.different ?? 0) + (stored?.different ?? 0),
    sources: origins.toSources((await readClock(client)).toISOString()),
  };
}

/** A table that is compared, range of pages by range. */
interface Comparison {
  table: string;
  sql: string;
  /** Parameters behind the range. */
  values: unknown[];
}

async function comparePages(
  client: pg.ClientBase,
  { sql, values }: Comparison,
  { pages, listener, origins }: { pages: number; listener: (done: number) => void; origins: OriginTally },
): Promise<DeepComparison> {
  const found: DeepComparison = { compared: 0, different: 0, examples: [] };
  for (let first = 0; first < pages; first += RANGE_PAGES) {
    const end = Math.min(pages, first + RANGE_PAGES);
    const result = await client.query<DeepComparison>(sql, [`(${first},0)`, `(${end},0)`, ...values]);
    const range = result.rows[0];
    found.compared += range?.compared ?? 0;
    found.different += range?.different ?? 0;
    found.examples = [...found.examples, ...(range?.examples ?? [])].slice(0, MOST_EXAMPLES);
    origins.add(range?.read ?? 0, range?.origins ?? []);
    listener(end);
  }
  return found;
}

/** Null where a column or a function that its expression calls is not there as declared: a finding says so. */
function toGeneratedComparison({ declared, live, drift }: Inspection): Comparison | null {
  const table = "ip_inventory";
  const columns = (declared.tables.find(({ name }) => name === table)?.columns ?? []).flatMap(
    ({ name, generatedExpression: expression }) => (expression === null ? [] : [{ name, expression }]),
  );
  const isThere = live.tables.some(({ name }) => name === table);
  const isOther = drift.some(
    (it) => it.kind !== "extra-object" && (it.of === "function" || (it.of === "column" && it.table === table)),
  );
  if (!isThere || isOther) return null;
  return { table: qualify(live.schema, table), sql: generatedCompareSql(live.schema, columns), values: [] };
}

async function readObstacle(client: pg.ClientBase, { live, declared }: Inspection): Promise<string | null> {
  const columnsIn = (schema: typeof live) =>
    schema.tables.find((table) => table.name === "session_summaries")?.columns ?? [];
  const wrong = Object.keys(SESSION_RULES).filter((name) => {
    const type = columnsIn(live).find((column) => column.name === name)?.type;
    return type === undefined || type !== columnsIn(declared).find((column) => column.name === name)?.type;
  });
  if (wrong.length > 0) return `session_summaries has no ${wrong.join(", ")} as declared; run the migration first`;
  const functions = await client.query(
    "select 1 from pg_catalog.pg_proc where pronamespace = to_regnamespace('tidemark') and proname = 'read_document' limit 1",
  );
  return functions.rowCount === 0
    ? "the functions that read documents are missing from schema tidemark; a run of migrate or catch-up makes them"
    : null;
}

/** Start of the first run that could sweep since the last reset; null where the journal knows of none. */
async function readFirstSweep(client: pg.ClientBase): Promise<Date | null> {
  if (!(await hasJournal(client))) return null;
  const result = await client.query<{ at: Date | null }>(
    `select min(started_at) as at from tidemark.runs
     where kind in ('migrate', 'catch-up')
       and id > coalesce((select max(id) from tidemark.runs where kind = 'reset' and status = 'succeeded'), 0)`,
  );
  return result.rows[0]?.at ?? null;
}

/** The time by the server's clock, which is right when that of this process is not. */
async function readClock(client: pg.ClientBase): Promise<Date> {
  const result = await client.query<{ now: Date }>("select clock_timestamp() as now");
  return result.rows[0]?.now ?? new Date(0);
}

async function readPages(client: pg.ClientBase, table: string): Promise<number> {
  const result = await client.query<{ pages: number }>(
    "select ceil(pg_relation_size($1::regclass) / current_setting('block_size')::numeric)::int as pages",
    [table],
  );
  return result.rows[0]?.pages ?? 0;
}
