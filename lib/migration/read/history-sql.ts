/** So many of the newest earlier runs make up what is usual: what was so a year ago is no measure. */
const USUAL_RUNS = 20;

/** $1: whether a run that says it is at work has lost its process; $2: kind, $3: statuses, each null for all. */
const MATCHING = `
with stood as (
  select id, kind, cause, started_at, finished_at, heartbeat_at, started_by, phase, error,
         case
           when $1::boolean and kind <> 'verify' and status in ('running', 'pausing', 'paused', 'cancelling')
             then 'interrupted'
           else status
         end as status
  from tidemark.runs
), matching as (
  select * from stood
  where ($2::text is null or kind = $2) and ($3::text[] is null or status = any ($3))
)`;

/** How many runs there are, and how many of them match. */
export const HISTORY_COUNTS_SQL = `${MATCHING}
select (select count(*)::int from stood) as total, (select count(*)::int from matching) as matching`;

/** A page of them before $4, at most $5, each with the median duration of earlier ones. */
export const HISTORY_RUNS_SQL = `${MATCHING}, page as (
  select * from matching where $4::bigint is null or id < $4 order by id desc limit $5
)
select page.*, usual.runs as usual_runs, usual.duration as usual_duration
from page
cross join lateral (
  select count(*)::int as runs, percentile_cont(0.5) within group (order by took) as duration
  from (
    select (extract(epoch from finished_at - started_at) * 1000)::float8 as took
    from tidemark.runs
    where kind = page.kind and status = 'succeeded' and finished_at is not null and id < page.id
    order by id desc
    limit ${USUAL_RUNS}
  ) as earlier
) as usual
order by page.id desc`;

/** The phases of the runs $1, each with the medians of the same phase of earlier ones. */
export const HISTORY_PHASES_SQL = `
select p.run_id, p.phase, p.state, p.duration_ms, p.rows,
       usual.runs as usual_runs, usual.duration as usual_duration, usual.rows as usual_rows
from tidemark.run_phases as p
join tidemark.runs as r on r.id = p.run_id
cross join lateral (
  select count(*)::int as runs, percentile_cont(0.5) within group (order by duration_ms::float8) as duration,
         percentile_cont(0.5) within group (order by rows::float8) as rows
  from (
    select phase.duration_ms, phase.rows
    from tidemark.runs as run
    join tidemark.run_phases as phase on phase.run_id = run.id and phase.phase = p.phase
    where run.kind = r.kind and run.status = 'succeeded' and run.id < r.id
      and phase.state = 'complete' and phase.duration_ms is not null
    order by run.id desc
    limit ${USUAL_RUNS}
  ) as earlier
) as usual
where p.run_id = any ($1::bigint[])
order by p.run_id desc, p.started_at`;
