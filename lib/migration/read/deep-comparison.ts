import type pg from "pg";
import { hasJournal } from "@/lib/db/console-db";
import { qualify } from "@/lib/db/identifier";
import { type DeepComparison, deepCompareSql } from "@/lib/enrichment/deep-compare-sql";
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
 * Computes every snapshot anew from its document and compares it with what is there; changes nothing. Null where there
 * is nothing to compare, or no function to read documents with: `onNote` hears why.
 */
export async function compareDeeply(
  client: pg.ClientBase,
  inspection: Inspection,
  { onProgress = () => {}, onNote = () => {} }: DeepListener,
): Promise<{ compared: number; different: number } | null> {
  const obstacle = await readObstacle(client, inspection);
  if (obstacle !== null) {
    onNote(`Snapshots not compared: ${obstacle}.`);
    return null;
  }
  const statement = deepCompareSql(toSweepShape(inspection));
  const total = await readPages(client, inspection.live.schema);
  const sweptSince = await readFirstSweep(client);
  const found: DeepComparison = { compared: 0, different: 0, examples: [] };
  for (let first = 0; first < total; first += RANGE_PAGES) {
    const end = Math.min(total, first + RANGE_PAGES);
    const result = await client.query<DeepComparison>(statement, [`(${first},0)`, `(${end},0)`, sweptSince]);
    const range = result.rows[0];
    found.compared += range?.compared ?? 0;
    found.different += range?.different ?? 0;
    found.examples = [...found.examples, ...(range?.examples ?? [])].slice(0, MOST_EXAMPLES);
    onProgress({ done: end, total });
  }
  for (const { session, columns } of found.examples) onNote(`Session ${session} differs in ${columns.join(", ")}`);
  return { compared: found.compared, different: found.different };
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

async function readPages(client: pg.ClientBase, schema: string): Promise<number> {
  const result = await client.query<{ pages: number }>(
    "select ceil(pg_relation_size($1::regclass) / current_setting('block_size')::numeric)::int as pages",
    [qualify(schema, "session_summaries")],
  );
  return result.rows[0]?.pages ?? 0;
}
