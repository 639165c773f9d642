import type pg from "pg";
import type { Coverage } from "@/lib/contract";
import { measureCoverage } from "@/lib/coverage/coverage";
import { timePivots } from "@/lib/coverage/gates";
import { hasColumn, measureRows, readMeasure, storeMeasure } from "@/lib/coverage/measures";
import { countRecoverableSql } from "@/lib/enrichment/sweep-sql";
import type { Inspection } from "@/lib/inspection/inspection";
import type { Measures } from "@/lib/inspection/measures";
import { toSweepShape } from "@/lib/migration/workload";

/** Where the newest exact row counts and coverage figures are kept. */
const ROWS_MEASURE = "rows";
export const COVERAGE_MEASURE = "coverage";
const PIVOT_MEASURE = "slowest-pivot-seconds";

/** Counts exactly what status and coverage show, times the pivots, and keeps all of it with its age. */
export async function measure(
  client: pg.Client,
  inspection: Inspection,
): Promise<{ measures: Measures; coverage: Coverage }> {
  const { measures, coverage, slowestPivotSeconds } = await measureOnly(client, inspection);
  await storeMeasure(client, ROWS_MEASURE, measures);
  await storeMeasure(client, PIVOT_MEASURE, slowestPivotSeconds);
  await keepCoverage(client, coverage);
  return { measures, coverage };
}

/** As `measure`, keeping nothing: for a database without the console's tables. */
export async function measureOnly(
  client: pg.Client,
  inspection: Inspection,
): Promise<{ measures: Measures; coverage: Coverage; slowestPivotSeconds: number | null }> {
  const { live } = inspection;
  const measures = await measureRows(client, live);
  const slowestPivotSeconds = PIVOT_COLUMNS.every(([table, column]) => hasColumn(live, table, column))
    ? await timePivots(client, live.schema)
    : null;
  const recoverable = await countRecoverable(client, inspection);
  return {
    measures,
    coverage: await measureCoverage(client, live, { recoverable, slowestPivotSeconds }),
    slowestPivotSeconds,
  };
}

/** What the pivots of the query gate read. */
const PIVOT_COLUMNS = [
  ["session_summaries", "source_ip"],
  ["session_summaries", "snapshot_country"],
  ["session_summaries", "snapshot_asn"],
  ["ip_inventory", "ip_address"],
  ["ip_inventory", "geo_country"],
  ["asn_inventory", "asn_number"],
  ["asn_inventory", "organization_name"],
  ["asn_inventory", "total_session_count"],
] as const;

/** The slowest pivot kept by the newest run or `verify`, or null. */
export function readPivotMeasure(connection: pg.Pool | pg.ClientBase): Promise<number | null> {
  return readMeasure<number>(connection, PIVOT_MEASURE);
}

/** Swept sessions without an address for which the rules now give one; null where that cannot be asked. */
export async function countRecoverable(client: pg.ClientBase, inspection: Inspection): Promise<number | null> {
  const sessions = inspection.live.tables.find((table) => table.name === "session_summaries");
  const isSwept = ["source_ip", "enrichment_at"].every((name) => sessions?.columns.some((c) => c.name === name));
  const functions = await client.query(
    "select 1 from pg_catalog.pg_proc where pronamespace = to_regnamespace('tidemark') limit 1",
  );
  if (!isSwept || functions.rowCount === 0) return null;
  const result = await client.query<{ count: number }>(countRecoverableSql(toSweepShape(inspection)));
  return result.rows[0]?.count ?? null;
}

/** Row counts kept by the newest run or `verify`, or null. */
export function readRowsMeasure(connection: pg.Pool | pg.ClientBase): Promise<Measures | null> {
  return readMeasure<Measures>(connection, ROWS_MEASURE);
}

/** Keeps coverage figures for the pages. */
export function keepCoverage(client: pg.ClientBase, coverage: Coverage): Promise<void> {
  return storeMeasure(client, COVERAGE_MEASURE, coverage);
}

/** Coverage figures kept by the newest run or `verify`, or null. */
export function readCoverageMeasure(connection: pg.Pool | pg.ClientBase): Promise<Coverage | null> {
  return readMeasure<Coverage>(connection, COVERAGE_MEASURE);
}
