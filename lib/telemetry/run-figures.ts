import type { Coverage, RunKind, RunStatus } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { hasJournal } from "@/lib/db/console-db";
import { withReadClient } from "@/lib/db/pool";

/** What the journal, and the figures counted by runs, say at this moment. */
export interface RunFigures {
  /** Finished runs by kind and outcome. */
  ended: { kind: RunKind; status: RunStatus; runs: number }[];
  /** The newest run but `verify`; null before the first. */
  newest: NewestRun | null;
  /** The newest run of each kind that has ended. */
  last: { kind: RunKind; status: RunStatus; finishedAt: number; durationSeconds: number }[];
  phases: {
    phase: string;
    state: "running" | "complete" | "failed";
    done: number | null;
    total: number | null;
    rowsPerSecond: number | null;
    etaSeconds: number | null;
  }[];
  /** Values that the newest run set aside, by reason. */
  setAside: { reason: string; values: number }[];
  /** As the newest run or `verify` counted it; null before the first. */
  coverage: Coverage | null;
  /** What the webhook has yet to be told, and what it could not be told. */
  hooks: { waiting: number; givenUp: number };
}

interface NewestRun {
  id: number;
  kind: RunKind;
  status: RunStatus;
  phase: string | null;
  /** Seconds since 1970. */
  startedAt: number;
  /** Seconds since its process last gave a sign of life; null before the first and after its end. */
  heartbeatAge: number | null;
  /** Seconds for which it has waited for others, and for how many. */
  blockedSeconds: number;
  blockers: number;
  /** A sweep makes room for others. */
  isSlowed: boolean;
}

/**
 * Reads what is told to a monitoring system: a handful of rows of the console's own tables, none of the honeypot's. Null
 * where nothing was ever run.
 *
 * @throws {RefusalError} `unreachable`.
 */
export function readRunFigures(target: DatabaseTarget): Promise<RunFigures | null> {
  return withReadClient(target, async (client) => {
    if (!(await hasJournal(client))) return null;
    const { rows } = await client.query<{ figures: Omit<RunFigures, "hooks"> }>(FIGURES_SQL);
    // A reader may not have been granted this table of a later version yet: the other figures do not wait for that.
    const hooks = await client.query<RunFigures["hooks"]>(HOOKS_SQL).catch(() => ({ rows: [] }));
    const figures = rows[0]?.figures;
    return figures === undefined ? null : { ...figures, hooks: hooks.rows[0] ?? { waiting: 0, givenUp: 0 } };
  });
}

const FIGURES_SQL = `
with newest as (select * from tidemark.runs where kind <> 'verify' order by id desc limit 1),
ended as (select * from tidemark.runs where finished_at is not null)
select jsonb_build_object(
  'ended', (select coalesce(jsonb_agg(e), '[]')
            from (select kind, status, count(*) as runs from ended group by kind, status) as e),
  'newest', (select jsonb_build_object(
      'id', id, 'kind', kind, 'status', status, 'phase', phase,
      'startedAt', extract(epoch from started_at),
      'heartbeatAge', case when finished_at is null
                        then greatest(0, extract(epoch from clock_timestamp() - heartbeat_at)) end,
      'blockedSeconds', coalesce(greatest(0, extract(epoch from clock_timestamp() - (waiting ->> 'since')::timestamptz)), 0),
      'blockers', coalesce(jsonb_array_length(waiting -> 'blockers'), 0),
      'isSlowed', slow_because is not null and status = 'running')
    from newest),
  'last', (select coalesce(jsonb_agg(l), '[]') from (
      select distinct on (kind) kind, status, extract(epoch from finished_at) as "finishedAt",
             extract(epoch from finished_at - started_at) as "durationSeconds"
      from ended order by kind, id desc) as l),
  'phases', (select coalesce(jsonb_agg(p), '[]') from (
      select phase, state, done, total, rows_per_second as "rowsPerSecond", eta_seconds as "etaSeconds"
      from tidemark.run_phases where run_id = (select id from newest)) as p),
  'setAside', (select coalesce(jsonb_agg(s), '[]') from (
      select reason, count(*) as values from tidemark.set_aside where run_id = (select id from newest) group by reason) as s),
  'coverage', (select value from tidemark.measures where name = 'coverage')
) as figures`;

const HOOKS_SQL = `
select count(*) filter (where delivered_at is null and given_up_at is null)::int as waiting,
       count(*) filter (where given_up_at is not null)::int as "givenUp"
from tidemark.hook_deliveries`;
