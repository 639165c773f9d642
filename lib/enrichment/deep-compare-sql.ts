import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { ORIGIN_EXPRESSIONS, type OriginCount } from "@/lib/enrichment/origin-sql";
import { type SweepShape, sessionStages } from "@/lib/enrichment/session-reading";

/** What one range of pages came to. */
export interface DeepComparison {
  compared: number;
  different: number;
  /** At most three of those that differ, each with the columns that do. */
  examples: { key: string; columns: string[] }[];
  /** Of sessions alone: all that were read, and where the values of their columns came from. */
  read?: number;
  origins?: OriginCount[];
}

/**
 * Reads the documents of a range of pages once more, as if nothing were filled, and compares with what is there.
 *
 * Parameters: $1 first tid, $2 tid behind the last, as text `(page,0)`; $3 the moment from which on a session that was
 * written may have another document than the sweep saw, or NULL. Takes swept sessions only. Where the rules give a
 * value, the same one must be there; where they give none, whatever is there was there before and is left out. A session
 * written since $3 that reads differently is not compared; where its values came from is counted all the same. Gives one
 * row: `DeepComparison`.
 */
export function deepCompareSql(shape: SweepShape): string {
  const range = "s.ctid >= $1::tid and s.ctid < $2::tid";
  const condition = `${range} and s.enrichment_at is not null`;
  const origins = Object.entries(ORIGIN_EXPRESSIONS);
  return `
with judged as materialized (
  select
    s.session_id,
    coalesce(s.updated_at >= $3::timestamptz, false) as is_written_since,
    array_remove(array[${Object.entries(COMPARISONS)
      .map(([column, isDifferent]) => `\n      case when ${isDifferent} then '${column}' end`)
      .join(",")}
    ], null) as columns,
    ${origins.map(([column, origin]) => `${origin} as origin_${column}`).join(",\n    ")}
  from (${sessionStages(shape, { condition, filled: [] })}
  ) as reading
  join ${qualify(shape.schema, "session_summaries")} as s on s.ctid = reading.tid and ${range}
), different as (
  select session_id as key, columns from judged where cardinality(columns) > 0 and not is_written_since
)
select
  (select count(*) from judged where cardinality(columns) = 0 or not is_written_since)::integer as compared,
  (select count(*) from different)::integer as different,
  (select coalesce(json_agg(example), '[]')
   from (select key, columns from different order by key limit 3) as example) as examples,
  (select count(*) from judged)::integer as read,
  (select coalesce(json_agg(traced), '[]')
   from (
     select column_name as "column", origin, count(*)::integer as sessions
     from judged
     cross join lateral (values
       ${origins.map(([column]) => `('${column}', origin_${column})`).join(",\n       ")}
     ) as found(column_name, origin)
     where origin is not null
     group by 1, 2
   ) as traced) as origins`;
}

/**
 * Computes the generated columns of a range of pages of `ip_inventory` anew and compares with what is stored.
 *
 * Parameters: $1 first tid, $2 tid behind the last. Gives one row: `DeepComparison`, addresses among its examples.
 */
export function generatedCompareSql(schema: string, columns: readonly { name: string; expression: string }[]): string {
  const judged = columns.map(({ name, expression }) => {
    const column = quoteIdentifier(name);
    return `case when ${column} is distinct from (${expression}) then '${name}' end`;
  });
  return `
with judged as materialized (
  select ip_address::text as key, array_remove(array[
      ${judged.join(",\n      ")}
    ], null) as columns
  from ${qualify(schema, "ip_inventory")}
  where ctid >= $1::tid and ctid < $2::tid
), different as (
  select key, columns from judged where cardinality(columns) > 0
)
select
  (select count(*) from judged)::integer as compared,
  (select count(*) from different)::integer as different,
  (select coalesce(json_agg(example), '[]')
   from (select key, columns from different order by key limit 3) as example) as examples`;
}

const differs = (column: string, type: string) =>
  `reading.new_${column} is not null and s.${column}::${type} is distinct from reading.new_${column}`;

/** Nothing found is an empty list, which a session without one holds as well. */
const COMPARISONS: Record<string, string> = {
  source_ip: differs("source_ip", "text"),
  snapshot_asn: differs("snapshot_asn", "integer"),
  snapshot_country: differs("snapshot_country", "text"),
  snapshot_ip_types:
    "reading.new_snapshot_ip_types is not null and coalesce(s.snapshot_ip_types, '{}') <> reading.new_snapshot_ip_types",
  // The last stand-in of a session without any time is the clock.
  enrichment_at: `reading.new_enrichment_at <> pg_catalog.now() and ${differs("enrichment_at", "timestamptz")}`,
};
