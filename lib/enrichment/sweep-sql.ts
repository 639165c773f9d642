import { qualify } from "@/lib/db/identifier";
import { batchWritesSql } from "@/lib/enrichment/batch-writes";
import { SESSION_RULES, type SessionValue } from "@/lib/enrichment/rules";
import {
  addressStages,
  dueAgain,
  refusedValues,
  type SweepShape,
  sessionStages,
} from "@/lib/enrichment/session-reading";
import { sweepCall } from "@/lib/enrichment/sweep-functions";

export type { SweepShape } from "@/lib/enrichment/session-reading";

const VALUES = Object.keys(SESSION_RULES) as SessionValue[];

/** Which sessions a sweep takes. */
export interface SweepOptions {
  /** False: open sessions only, no swept one without an address, whose document would tell whether it has one now. Default true. */
  takesRecoverable?: boolean;
}

/**
 * One batch of a sweep, as one statement that no content of a row can make fail.
 *
 * Parameters: $1 first tid, $2 tid behind the last, as text `(page,0)`; $3 run id. Takes the open and recoverable
 * sessions of that range, fills what is NULL, leaves what is there. Inventory rows that the sessions will refer to
 * come first, their keys are noted as touched. A session that somebody changes meanwhile drops out and stays open.
 * Gives one row: `scanned` sessions, `changed` sessions, `set_aside` values new to this run.
 *
 * @param options.skipsLocked leaves out, instead of waiting for them, sessions whose rows others have locked.
 */
export function sweepBatchSql(shape: SweepShape, options: SweepOptions & { skipsLocked?: boolean } = {}): string {
  const free = options.skipsLocked
    ? ` and s.ctid = any(array(${freeSessions(qualify(shape.schema, "session_summaries"))}))`
    : "";
  const condition = `${RANGE}${free} and (${toSweep(shape, options)})`;
  return `${batchSql(shape, { condition, range: RANGE, isRetry: false })}
set_aside as (
  insert into tidemark.set_aside (run_id, table_name, key, field, reason, value)
  select $3::bigint, 'session_summaries', session_id, field, reason, value
  from refused
  on conflict do nothing
  returning 1
)
select
  (select count(*) from batch)::integer as scanned,
  (select count(*) from changed)::integer as changed,
  (select count(*) from set_aside)::integer as set_aside`;
}

/** The first page of a range with a session that its batch would read. Parameters $1 and $2 as there; gives `page`, or no row. */
export function firstPageToSweepSql(shape: SweepShape, options: SweepOptions): string {
  return `select (s.ctid::text::point)[0]::integer as page
from ${qualify(shape.schema, "session_summaries")} as s
where ${RANGE} and (${toSweep(shape, options)})
order by s.ctid
limit 1`;
}

const RANGE = "s.ctid >= $1::tid and s.ctid < $2::tid";

function toSweep(shape: SweepShape, { takesRecoverable = true }: SweepOptions): string {
  const again = dueAgain(shape);
  return [
    "s.enrichment_at is null",
    ...(takesRecoverable ? ["s.source_ip is null"] : []),
    ...(again === null ? [] : [again]),
  ].join(" or ");
}

/** Places of the sessions in the range that nobody else has locked; they are locked until the batch is through. */
const freeSessions = (sessions: string) =>
  `select l.ctid from ${sessions} as l where l.ctid >= $1::tid and l.ctid < $2::tid for no key update skip locked`;

/**
 * The WITH of a batch, up to the comma after its last part: `batch`, the sessions read; `changed`, those filled; `done`,
 * the ids of those that nobody changed meanwhile; `refused`, what the rules refuse in these.
 *
 * @param range repeats, for the update, what of `condition` says where the sessions are; `true` for nowhere.
 */
export function batchSql(
  shape: SweepShape,
  { condition, range, isRetry }: { condition: string; range: string; isRetry: boolean },
): string {
  const held = VALUES.map((value) => (isRetry && value === "snapshot_ip_types" ? "held_ip_types" : value));
  const refills = isRetry ? [] : (shape.refills ?? []);
  const isDueAgain = !isRetry && dueAgain(shape) !== null;
  const noted = refills.map(({ column }) => `('${column}', refused_${column}[1], refused_${column}[2])`);
  return `
with batch as materialized (
  select
    tid, version, session_id,
    ${VALUES.map((value) => `new_${value}, invalid_${value}`).join(",\n    ")},
    is_unreadable,${refills.map(({ column }) => ` refused_${column},`).join("")}
    ${isDueAgain ? "is_due_again or " : ""}(${held.join(", ")})
      is distinct from (${VALUES.map((value) => `new_${value}`).join(", ")}) as is_changed,
    coalesce(first_event_at, last_event_at, created_at, pg_catalog.now()) as first_seen,
    coalesce(last_event_at, first_event_at, created_at, pg_catalog.now()) as last_seen
  from (${sessionStages(shape, { condition, filled: VALUES, isRetry })}
  ) as reading
),${batchWritesSql(shape, range)}
done as materialized (
  select session_id
  from batch
  where not is_changed or session_id in (select changed.session_id from changed)
),
refused as materialized (
  select batch.session_id, judged.field, judged.reason,
    ${sweepCall("printable", "judged.item #>> '{}'")} as value
  from batch
  cross join lateral (${refusedValues("batch")}
  ) as judged
  where batch.session_id in (select done.session_id from done)${
    noted.length === 0
      ? ""
      : `
  union all
  select batch.session_id, before.field, before.reason, ${sweepCall("printable", "before.value")}
  from batch
  cross join lateral (values ${noted.join(", ")}) as before(field, reason, value)
  where before.reason is not null and batch.session_id in (select done.session_id from done)`
  }
),`;
}

/** Whether a swept session without an address would get one now. Gives one row: `exists`. */
export function hasRecoverableSql(shape: SweepShape): string {
  return `select exists (${recoverableSql(shape)}) as exists`;
}

/** How many swept sessions without an address would get one now. Gives one row: `count`. */
export function countRecoverableSql(shape: SweepShape): string {
  return `select count(*)::integer as count from (${recoverableSql(shape)}) as recoverable`;
}

function recoverableSql(shape: SweepShape): string {
  return `
select 1
from (${addressStages(shape, {
    condition: "s.enrichment_at is not null and s.source_ip is null",
    filled: ["source_ip"],
  })}
) as swept
where address is not null`;
}
