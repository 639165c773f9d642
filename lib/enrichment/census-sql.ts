import { qualify } from "@/lib/db/identifier";
import { refusedValues, type SweepShape, sessionStages } from "@/lib/enrichment/session-reading";

/**
 * The statement that estimates what a sweep will set aside, from about `pages` pages of the heap taken at random.
 *
 * Reads only; needs the sweep's functions, but none of the columns that a sweep fills. Gives at least one row:
 * `reason` (null in the only row of a sample without any), `count` of values, `sampled` sessions.
 */
export function censusSql(shape: SweepShape, { pages }: { pages: number }): string {
  const sessions = qualify(shape.schema, "session_summaries").replaceAll("'", "''");
  const heapPages = `pg_catalog.pg_relation_size('${sessions}') / pg_catalog.current_setting('block_size')::integer`;
  const percent = `least(100, 100.0 * ${pages} / greatest(1, ${heapPages}))`;
  const selection = { condition: "true", filled: [], sample: `tablesample system (${percent})` };
  return `
with sampled as materialized (
  select *
  from (${sessionStages(shape, selection)}
  ) as reading
), refused as (
  select refused.reason, count(*)::integer as count
  from sampled
  cross join lateral (${refusedValues("sampled")}
  ) as refused
  group by refused.reason
)
select refused.reason, coalesce(refused.count, 0) as count, total.sampled
from (select count(*)::integer as sampled from sampled) as total
left join refused on true
order by refused.count desc, refused.reason`;
}
