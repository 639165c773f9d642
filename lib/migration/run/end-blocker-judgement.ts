import type pg from "pg";
import type { PhaseId } from "@/lib/contract";
import { SWEEP_APPLICATION } from "@/lib/migration/run/journal";
import { LOCK_KEYS } from "@/lib/migration/run/lock";

/** What a session may be told: to give up its statement, or to end. */
export type SessionEnd = "cancel" | "terminate";

/** Why a session is not ended. */
export type EndRefusal =
  | "run-over"
  | "gone"
  | "ours"
  | "wraparound"
  | "superuser"
  | "rights"
  | "background"
  | "unseen"
  | "another"
  | "idle"
  | "not-blocking"
  | "still-there";

/** A session, the run it is about, and what became of it. Null in a field: this role may not see it, or it is gone. */
export interface Judged {
  /** Null: it was told to end, or would have been. */
  refusal: EndRefusal | null;
  epoch: number;
  phase: PhaseId | null;
  /** Whether the run says that it waits for somebody. */
  isWaiting: boolean;
  user: string | null;
  application: string | null;
  state: string | null;
  backendType: string | null;
  /** To the microsecond, as text: compared, never counted with. */
  connectedAt: string | null;
  queryStart: string | null;
  since: Date | null;
  query: string | null;
}

/** What the sessions of Tidemark call themselves, under the role that it connects as. */
const OWN_APPLICATIONS = ["tidemark", "tidemark run", "tidemark log feed", "tidemark download", SWEEP_APPLICATION];

/**
 * Judges a session and, with `how`, tells it to end, in one statement: between the look and the deed nothing fits. Without
 * `how` nothing is done, and whether it is in the way just now does not count.
 *
 * @returns null where there is no such run.
 */
export async function judgeSession(
  client: pg.PoolClient,
  asked: { runId: number; pid: number; connectedAt?: string; how?: SessionEnd },
): Promise<Judged | null> {
  const { runId, pid, connectedAt = null, how = null } = asked;
  const { rows } = await client.query<Judged & { isTold: boolean | null }>(JUDGE_SQL, [
    runId,
    pid,
    connectedAt,
    how,
    SWEEP_APPLICATION,
    OWN_APPLICATIONS,
    ...LOCK_KEYS,
  ]);
  const [judged] = rows;
  if (judged === undefined) return null;
  return judged.isTold === false ? { ...judged, refusal: "gone" } : judged;
}

/** Source: PostgreSQL manual, `pg_blocking_pids`, `pg_signal_backend` (who may end whom), `pg_locks`. */
const JUDGE_SQL = `
with run as materialized (
  select epoch, phase, waiting is not null as is_waiting, status in ('running', 'pausing', 'cancelling') as is_active
  from tidemark.runs
  where id = $1 and kind <> 'verify'
), holder as materialized (
  select a.pid, a.usesysid
  from pg_catalog.pg_locks as l
  join pg_catalog.pg_stat_activity as a on a.pid = l.pid
  where l.locktype = 'advisory' and l.granted and l.objsubid = 2
    and l.classid = $7::int::oid and l.objid = $8::int::oid
    and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
), of_run as materialized (
  select a.pid
  from pg_catalog.pg_stat_activity as a
  join holder as h on a.pid = h.pid
    or (a.application_name = $5 and a.usesysid = h.usesysid and a.datname = current_database())
), session as materialized (
  select a.pid, a.usename::text as "user", nullif(a.application_name, '') as application, a.state, a.backend_type,
         a.backend_start::text as connected_at, a.query_start::text as query_start,
         coalesce(a.xact_start, a.state_change) as since, nullif(a.query, '') as query,
         a.pid = pg_backend_pid() or a.pid in (select pid from of_run)
           or (a.usename = session_user and a.application_name = any ($6::text[])) as is_ours,
         coalesce(a.backend_type = 'autovacuum worker', false) as is_autovacuum,
         coalesce(r.rolsuper, false) as is_superuser,
         (select rolsuper from pg_catalog.pg_roles where rolname = current_user) as are_we_superuser,
         a.usesysid is not null and (pg_has_role(a.usesysid, 'USAGE') or exists (
           select 1 from pg_catalog.pg_roles as s where s.rolname = 'pg_signal_backend' and pg_has_role(s.oid, 'USAGE')
         )) as may_signal,
         exists (
           select 1 from pg_catalog.pg_roles as s
           where s.rolname = 'pg_signal_autovacuum_worker' and pg_has_role(s.oid, 'USAGE')
         ) as may_signal_autovacuum
  from pg_catalog.pg_stat_activity as a
  left join pg_catalog.pg_roles as r on r.oid = a.usesysid
  where a.pid = $2
), judged as materialized (
  select run.epoch, run.phase, run.is_waiting, session.*,
         case
           when not run.is_active or not exists (select 1 from holder) then 'run-over'
           when session.pid is null then 'gone'
           when is_ours then 'ours'
           when is_autovacuum and query like '%(to prevent wraparound)%' then 'wraparound'
           when is_superuser and not are_we_superuser then 'superuser'
           when not are_we_superuser and not case when is_autovacuum then may_signal_autovacuum else may_signal end then 'rights'
           when backend_type is distinct from 'client backend' and not is_autovacuum and backend_type is not null
             then 'background'
           when connected_at is null then 'unseen'
           when $4::text is null then null
           when connected_at is distinct from $3::text then 'another'
           when $4::text = 'cancel' and state is distinct from 'active' then 'idle'
           when not exists (select 1 from of_run where session.pid = any (pg_blocking_pids(of_run.pid))) then 'not-blocking'
         end as refusal
  from run
  left join session on true
)
select refusal, epoch, phase, is_waiting as "isWaiting", "user", application, state, backend_type as "backendType",
       connected_at as "connectedAt", query_start as "queryStart", since, query,
       case
         when refusal is not null then null
         when $4::text = 'cancel' then pg_cancel_backend(pid)
         when $4::text = 'terminate' then pg_terminate_backend(pid)
       end as "isTold"
from judged`;
