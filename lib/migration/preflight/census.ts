import type pg from "pg";
import { toRunError } from "@/lib/db/database-error";
import { qualify } from "@/lib/db/identifier";
import { censusSql } from "@/lib/enrichment/census-sql";
import type { Inspection } from "@/lib/inspection/inspection";
import { toSweepShape } from "@/lib/migration/workload";

/** Pages that a census reads at most, and the time it may take, in milliseconds. */
const CENSUS_PAGES = 64;
const CENSUS_TIMEOUT_MS = 2_000;

/** What a sweep will set aside, by a sample of pages: an estimate. */
export interface Census {
  sampled: number;
  /**
   * `values`: every value that the rules refuse. `documents`: only documents that cannot be read, where the functions
   * that know the rules are not there yet. `none`: the sample took too long.
   */
  scope: "values" | "documents" | "none";
  reasons: { reason: string; count: number }[];
}

/**
 * Takes a census inside the caller's transaction, which may be READ ONLY and is left usable whatever happens. The
 * functions that a run makes beforehand know every rule; without them only unreadable documents are counted.
 */
export async function takeCensus(client: pg.ClientBase, inspection: Inspection): Promise<Census> {
  const shape = toSweepShape(inspection);
  const values = await read(client, censusSql(shape, { pages: CENSUS_PAGES }));
  if (values !== "failed") return toCensus(values, "values");
  const documents = await read(client, documentCensusSql(inspection, shape.enrichmentType));
  return toCensus(documents, "documents");
}

/** One line for a log or a plan. */
export function describeCensus({ sampled, scope, reasons }: Census): string {
  if (scope === "none") return "Census left out: the sample took longer than 2 s";
  const sample = `${sampled.toLocaleString("en-US")} sampled sessions`;
  const found = reasons.map(({ reason, count }) => `${reason} ${count}`).join(", ");
  if (scope === "values") {
    return `Census of ${sample} (an estimate): ${found === "" ? "nothing to set aside" : `to be set aside: ${found}`}`;
  }
  const documents = found === "" ? "no unreadable document" : `to be set aside: ${found}`;
  return `Census of ${sample} (an estimate, of whole documents only): ${documents}; odd values inside readable documents are counted when a run begins`;
}

interface CensusRow {
  reason: string | null;
  count: number;
  sampled: number;
}

function toCensus(rows: CensusRow[] | "late" | "failed", scope: "values" | "documents"): Census {
  if (typeof rows === "string") return { sampled: 0, scope: "none", reasons: [] };
  return {
    sampled: rows[0]?.sampled ?? 0,
    scope,
    reasons: rows.flatMap(({ reason, count }) => (reason === null || count === 0 ? [] : [{ reason, count }])),
  };
}

/** Functions that are missing, of an older version, or not for this role: `failed`. Anything else is an error. */
const UNUSABLE_FUNCTIONS = ["42883", "42501", "3F000", "42703"];

async function read(client: pg.ClientBase, statement: string): Promise<CensusRow[] | "late" | "failed"> {
  await client.query("savepoint census");
  try {
    await client.query(`set local statement_timeout = ${CENSUS_TIMEOUT_MS}`);
    const { rows } = await client.query<CensusRow>(statement);
    return rows;
  } catch (cause) {
    const sqlstate = toRunError(cause).sqlstate ?? "";
    if (sqlstate === "57014") return "late";
    if (UNUSABLE_FUNCTIONS.includes(sqlstate)) return "failed";
    throw cause;
  } finally {
    // Takes the time limit back as well.
    await client.query("rollback to savepoint census").catch(() => {});
  }
}

/**
 * Counts documents that no cast to jsonb takes, in plain SQL. Up to 15 the server cannot be asked without an error:
 * there only NUL escapes and lone surrogates are looked for, the two that occur. A jsonb column holds neither.
 */
function documentCensusSql({ live, server }: Inspection, enrichmentType: "json" | "jsonb"): string {
  const sessions = qualify(live.schema, "session_summaries");
  const heapPages = `pg_catalog.pg_relation_size('${sessions.replaceAll("'", "''")}') / pg_catalog.current_setting('block_size')::integer`;
  const percent = `least(100, 100.0 * ${CENSUS_PAGES} / greatest(1, ${heapPages}))`;
  // Escaped backslashes go first: what then still reads as an escape is one.
  const escapes = String.raw`pg_catalog.replace(s.enrichment::text, '\\', '')`;
  const unpaired = String.raw`pg_catalog.regexp_replace(${escapes}, '\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}', '', 'g')`;
  const isUnreadable =
    enrichmentType === "jsonb"
      ? "false"
      : server.major >= 16
        ? "not pg_catalog.pg_input_is_valid(s.enrichment::text, 'jsonb')"
        : String.raw`(pg_catalog.strpos(${escapes}, '\u0000') > 0 or ${unpaired} ~ '\\u[dD][89a-fA-F]')`;
  return `
select
  'document-unreadable' as reason,
  count(*) filter (where s.enrichment is not null and ${isUnreadable})::integer as count,
  count(*)::integer as sampled
from ${sessions} as s tablesample system (${percent})`;
}
