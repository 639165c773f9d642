import { type DatabaseTarget, withClient } from "@/lib/db/client";

/** Pages that one statement takes; larger ones were no faster. */
const BATCH_PAGES = 128;

/**
 * The least that any strategy has to do which leaves the rows where they are: parse every document once on `workers`
 * connections and rewrite every row once in the same statements, copy one document an address, build the same indexes.
 * No rule, no check, no report, no lock is spared for writers. Gives the seconds it took.
 */
export async function runFloor(target: DatabaseTarget, workers: number): Promise<number> {
  const startedAt = performance.now();
  const pages = await withClient(target, async (client) => {
    await client.query(ADD_COLUMNS);
    const { rows } = await client.query<{ pages: number }>(
      "select pg_relation_size('public.session_summaries') / current_setting('block_size')::int8 as pages",
    );
    return rows[0]?.pages ?? 0;
  });
  const starts = Array.from({ length: Math.ceil(pages / BATCH_PAGES) }, (_, index) => index * BATCH_PAGES);
  await inParallel(target, workers, starts, FILL, (first) => [`(${first},0)`, `(${first + BATCH_PAGES},0)`]);
  await inParallel(target, workers, LAST_STEPS, null, () => []);
  return (performance.now() - startedAt) / 1_000;
}

/** Does `sql` for each item, or each item itself, on `workers` connections; each takes the next one when it is free. */
async function inParallel<T>(
  target: DatabaseTarget,
  workers: number,
  items: readonly T[],
  sql: T extends string ? null : string,
  parameters: (item: T) => unknown[],
): Promise<void> {
  const queue = items.values();
  const along = () =>
    withClient(target, async (client) => {
      for (const setting of SETTINGS) await client.query(setting);
      for (const item of queue) await client.query(sql ?? String(item), parameters(item));
    });
  const endings = await Promise.allSettled(Array.from({ length: workers }, along));
  const failure = endings.find((ending) => ending.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}

/** Work that can be repeated need not wait for the disk; one process a connection, so that `workers` says it all. */
const SETTINGS = [
  "set synchronous_commit = off",
  "set maintenance_work_mem = '512MB'",
  "set work_mem = '256MB'",
  "set max_parallel_maintenance_workers = 0",
  "set max_parallel_workers_per_gather = 0",
];

const ADD_COLUMNS = `
alter table public.session_summaries
  add column source_ip varchar(45), add column enrichment_at timestamptz, add column snapshot_asn integer,
  add column snapshot_country varchar(2), add column snapshot_ip_types text[]`;

/** The simplest values of either layout, so that rows and index entries have their real sizes. */
const FILL = `
with batch as materialized (
  select
    tid, created_at,
    coalesce(document #>> '{dshield,ip,number}', document #>> '{session_metadata,source_ip}', address) as address,
    coalesce(document #>> '{dshield,ip,as}', document #>> array['session', address, 'dshield', 'ip', 'as']) as asn,
    coalesce(document #>> '{dshield,ip,ascountry}',
             document #>> array['session', address, 'dshield', 'ip', 'ascountry']) as country
  from (
    select
      tid, created_at, document,
      case when jsonb_typeof(document -> 'session') = 'object' then (select key from jsonb_object_keys(document -> 'session') as key limit 1) end
        as address
    from (
      select s.ctid as tid, s.created_at, s.enrichment::jsonb as document
      from public.session_summaries as s
      where s.ctid >= $1::tid and s.ctid < $2::tid
      offset 0
    ) as parsed
    offset 0
  ) as addressed
)
update public.session_summaries as s
set source_ip = batch.address, enrichment_at = batch.created_at, snapshot_asn = batch.asn::integer,
    snapshot_country = nullif(batch.country, ''), snapshot_ip_types = '{}'
from batch
where s.ctid = batch.tid and s.ctid >= $1::tid and s.ctid < $2::tid`;

/** The longest first, so that the connections end together. */
const LAST_STEPS = [
  `create table public.ip_inventory as
   select newest.source_ip as ip_address, s.enrichment::jsonb as enrichment
   from (
     select distinct on (source_ip) source_ip, ctid as tid
     from public.session_summaries
     where source_ip is not null
     order by source_ip, last_event_at desc
     offset 0
   ) as newest
   join public.session_summaries as s on s.ctid = newest.tid`,
  "create index idx_session_source_ip on public.session_summaries (source_ip)",
  "create index idx_session_snapshot_asn on public.session_summaries (snapshot_asn)",
  "create index idx_session_snapshot_country on public.session_summaries (snapshot_country)",
  "create index idx_session_first_event_brin on public.session_summaries using brin (first_event_at)",
  "create index idx_session_last_event_brin on public.session_summaries using brin (last_event_at)",
];
