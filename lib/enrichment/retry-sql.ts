import { ACTIVE_STATUSES } from "@/lib/contract";
import { qualify } from "@/lib/db/identifier";
import type { SweepShape } from "@/lib/enrichment/session-reading";
import { batchSql } from "@/lib/enrichment/sweep-sql";

/** The run that holds the database; there is at most one. */
const CURRENT_RUN = `select r.id from tidemark.runs as r
    where r.kind <> 'verify' and r.status in (${ACTIVE_STATUSES.map((status) => `'${status}'`).join(", ")})`;

/**
 * The statement that reads sessions with values set aside again, by the rules of a sweep: one of `parts` about equal
 * parts of them, so that each stays a short transaction.
 *
 * What is NULL is filled, what is there stays, parents come first and keys are noted as touched. A value that was
 * filled, or that is not invalid any more, leaves the list; one that still is gets a row of the current run with the
 * scalar of now. Gives one row: `scanned` sessions, `changed` sessions, `resolved` and `set_aside` values.
 */
export function retrySetAsideSql(shape: SweepShape, { part, parts }: { part: number; parts: number }): string {
  const condition = `s.session_id = any(array(
      select a.key
      from tidemark.set_aside as a
      where a.table_name = 'session_summaries'
        and pg_catalog.abs(pg_catalog.hashtext(a.key)::bigint) % ${parts} = ${part}
    ))`;
  return `${batchSql(shape, { condition, range: "true", isRetry: true })}
resolved as (
  delete from tidemark.set_aside as a
  using done
  where a.table_name = 'session_summaries'
    and a.key = done.session_id
    and not exists (select from refused where refused.session_id = a.key and refused.field = a.field)
  returning 1
),
set_aside as (
  insert into tidemark.set_aside as a (run_id, table_name, key, field, reason, value)
  select (${CURRENT_RUN}), 'session_summaries', session_id, field, reason, value
  from refused
  on conflict (run_id, table_name, key, field) do update
  set reason = excluded.reason, value = excluded.value
  returning 1
)
select
  (select count(*) from batch)::integer as scanned,
  (select count(*) from changed)::integer as changed,
  (select count(*) from resolved)::integer as resolved,
  (select count(*) from set_aside)::integer as set_aside`;
}

/**
 * The statement that takes off the list what needs no reading to be settled: values whose column is filled by now, by
 * whomever, and values of sessions that are gone. A document is settled by reading it only.
 */
export function forgetSettledSql(shape: SweepShape): string {
  return `
delete from tidemark.set_aside as a
where a.table_name = 'session_summaries'
  and not exists (
    select
    from ${qualify(shape.schema, "session_summaries")} as s
    where s.session_id = a.key
      and case a.field
        when 'source_ip' then s.source_ip is null
        when 'snapshot_asn' then s.snapshot_asn is null
        when 'snapshot_country' then s.snapshot_country is null
        when 'snapshot_ip_types' then coalesce(pg_catalog.cardinality(s.snapshot_ip_types), 0) = 0
        else true
      end
  )`;
}
