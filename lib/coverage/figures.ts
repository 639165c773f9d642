import type pg from "pg";
import type { CoverageFigures } from "@/lib/contract";
import { CAUSED_COLUMNS, type CausedColumn, countSetAside, filledCondition } from "@/lib/coverage/column-counts";
import { hasColumn } from "@/lib/coverage/measures";
import { type DayCounts, findLastDayWithoutCountry, toMonths } from "@/lib/coverage/months";
import { qualify } from "@/lib/db/identifier";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

/** ASNs and countries listed, the largest first. */
const MOST_LISTED = 10;

/**
 * Counts everything that `coverageFigures` holds, `recoverable` aside, in one scan of `session_summaries` that never
 * reads a document. For the background of a page, not for a view of it. Needs the console's own tables.
 */
export async function countFigures(client: pg.ClientBase, live: SchemaSnapshot): Promise<CoverageFigures> {
  const result = await client.query<Counted>(countSql(live));
  const counted = result.rows[0];
  if (counted === undefined) throw new Error("count over session_summaries returned no row");
  const { measuredAt, sessions, days } = counted;
  const setAside = await countSetAside(client, live);
  return {
    measuredAt,
    sessions,
    columns: CAUSED_COLUMNS.map((column) => {
      const { filled, open } = counted.columns[column];
      const unrepresented = Math.min(setAside[column], sessions - filled - open);
      const absent = sessions - filled - open - unrepresented;
      return { column, filled, recoverable: null, setAside: unrepresented, absent, open };
    }),
    months: toMonths(days, measuredAt),
    withoutCountryBefore: findLastDayWithoutCountry(days, measuredAt),
    asns: counted.asns,
    countries: counted.countries,
  };
}

interface Counted {
  measuredAt: string;
  sessions: number;
  days: DayCounts[];
  columns: Record<CausedColumn, { filled: number; open: number }>;
  asns: CoverageFigures["asns"];
  countries: CoverageFigures["countries"];
}

/** One scan that counts by each of what matters apart: by all of it together there were as many counts as sessions. */
function countSql(live: SchemaSnapshot): string {
  const text = (column: string) => (hasColumn(live, "session_summaries", column) ? `s.${column}::text` : "null::text");
  const isOpen = hasColumn(live, "session_summaries", "enrichment_at") ? "s.enrichment_at is null" : "true";
  const began = "coalesce(s.first_event_at, s.last_event_at, s.created_at)::timestamptz";
  const filled = CAUSED_COLUMNS.map((column) => `has_${column}`);
  const organization =
    hasColumn(live, "asn_inventory", "asn_number") && hasColumn(live, "asn_inventory", "organization_name")
      ? `(select i.organization_name from ${qualify(live.schema, "asn_inventory")} as i where i.asn_number::text = ranked.asn limit 1)`
      : "null";
  return `
with read as (
  select
    case when isfinite(${began}) then (${began} at time zone 'UTC')::date - date '1970-01-01' end as day,
    ${isOpen} as is_open,
    ${text("snapshot_asn")} as asn,
    ${text("snapshot_country")} as country,
    ${CAUSED_COLUMNS.map((column, index) => `${filledCondition(live, column)} as ${filled[index]}`).join(",\n    ")}
  from ${qualify(live.schema, "session_summaries")} as s
), counts as materialized (
  select grouping(day) = 0 as is_by_day, grouping(asn) = 0 as is_by_asn, grouping(country) = 0 as is_by_country,
    day, asn, country, is_open, ${filled.join(", ")}, count(*) as sessions
  from read
  group by grouping sets ((day, is_open, has_snapshot_country), (asn), (country, is_open), (is_open, ${filled.join(", ")}))
), days as (
  select day,
    sum(sessions) filter (where not is_open and has_snapshot_country) as with_country,
    sum(sessions) filter (where not is_open and not has_snapshot_country) as without_country,
    sum(sessions) filter (where is_open) as open
  from counts where is_by_day group by day
), columns as (
  select * from counts where not (is_by_day or is_by_asn or is_by_country)
), asns as (
  select asn, sessions from counts where is_by_asn and asn ~ '^[0-9]{1,10}$'
), countries as (
  select coalesce(country, 'XX') as country, sum(sessions) as sessions
  from counts where is_by_country and (country is not null or not is_open) group by 1
)
select
  to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "measuredAt",
  (select coalesce(sum(sessions), 0) from columns)::float8 as sessions,
  (select coalesce(json_agg(json_build_object('day', day, 'withCountry', coalesce(with_country, 0),
     'withoutCountry', coalesce(without_country, 0), 'open', coalesce(open, 0)) order by day), '[]') from days) as days,
  (select json_build_object(${CAUSED_COLUMNS.map(
    (column) => `'${column}', json_build_object(
       'filled', coalesce(sum(sessions) filter (where has_${column}), 0),
       'open', coalesce(sum(sessions) filter (where is_open and not has_${column}), 0))`,
  ).join(",\n     ")}) from columns) as columns,
  json_build_object('total', (select count(*) from asns), 'top', (
    select coalesce(json_agg(json_build_object('asn', asn::bigint, 'organization', ${organization},
      'sessions', sessions) order by sessions desc, asn::bigint), '[]')
    from (select * from asns order by sessions desc, asn::bigint limit ${MOST_LISTED}) as ranked)) as asns,
  json_build_object('total', (select count(*) from countries where country <> 'XX'), 'top', (
    select coalesce(json_agg(json_build_object('country', country, 'sessions', sessions)
      order by sessions desc, country), '[]')
    from (select * from countries order by sessions desc, country limit ${MOST_LISTED}) as ranked)) as countries`;
}
