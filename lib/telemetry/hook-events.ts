import type pg from "pg";
import { type Blocker, type Gate, type HookEvent, type RunStatus, runKind } from "@/lib/contract";

/** What ended longer ago than this when it is first noticed is not told any more: no flood of old news, in seconds. */
const NEWS_S = 3_600;

/** Which of the gates passed when they were last looked at. */
const TOLD_GATES = "told-gates";

/** Keys of the transaction lock under which one process at a time looks. PostgreSQL scopes them to the database. Never change. */
const LOCK_KEYS = [7_469_646, 18] as const;

/** Where events happen. */
export interface HookPlace {
  database: string;
  /** Origin of the console, or null where it has no public one. */
  origin: string | null;
  /** A run that waits for others so long is told, in milliseconds. */
  blockedMs: number;
}

/**
 * Looks into the journal for what the webhook has not been told yet, and keeps each event once, whichever process looks: runs
 * that ended, runs that wait for somebody, gates that passed or missed since the last look. What comes and goes between two
 * looks is not told.
 */
export async function noticeHookEvents(client: pg.ClientBase, place: HookPlace): Promise<void> {
  await client.query("begin isolation level read committed");
  try {
    const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_xact_lock($1, $2) as locked", [
      ...LOCK_KEYS,
    ]);
    if (rows[0]?.locked === true) {
      for (const event of await readRunEvents(client, place)) await keep(client, event, event.run.id);
      for (const event of await takeGateEvents(client, place)) await keep(client, event, null);
    }
    await client.query("commit");
  } catch (cause) {
    await client.query("rollback").catch(() => {});
    throw cause;
  }
}

async function keep(client: pg.ClientBase, event: HookEvent, runId: number | null): Promise<void> {
  await client.query(
    `insert into tidemark.hook_deliveries (key, event, run_id, body) values ($1, $2, $3, $4)
     on conflict (key) do nothing`,
    [event.id, event.event, runId, JSON.stringify(event)],
  );
}

interface RunRow {
  id: number;
  kind: string;
  status: RunStatus;
  cause: "shutdown" | "lost" | null;
  started_by: string;
  started_at: Date;
  finished_at: Date | null;
  epoch: number;
  sqlstate: string | null;
  waiting: { step: string; since: string; blockers: Blocker[] } | null;
  now: Date;
}

type RunHookEvent = Extract<HookEvent, { run: unknown }>;

async function readRunEvents(client: pg.ClientBase, place: HookPlace): Promise<RunHookEvent[]> {
  const { rows } = await client.query<RunRow>(RUNS_SQL, [NEWS_S, place.blockedMs / 1_000]);
  return rows.flatMap((row) => {
    const { id, waiting, finished_at: finishedAt } = row;
    const head = { at: row.now.toISOString(), database: place.database, run: toRun(row, place) };
    if (finishedAt !== null) {
      return { ...head, event: "run-finished" as const, id: `run-finished:${id}:${row.epoch}`, sqlstate: row.sqlstate };
    }
    if (waiting === null) return [];
    const { step, since, blockers } = waiting;
    const key = `run-blocked:${id}:${since}`;
    // Their statements stay here: the literals of one may be somebody's data.
    const told = blockers.map(({ query: _query, ...rest }) => rest);
    return { ...head, event: "run-blocked" as const, id: key, step, since, blockers: told };
  });
}

const RUNS_SQL = `
select id::float8 as id, kind, status, cause, started_by, started_at, finished_at, epoch, error ->> 'sqlstate' as sqlstate,
       waiting, clock_timestamp() as now
from tidemark.runs r
where kind <> 'verify'
  and (finished_at > clock_timestamp() - make_interval(secs => $1)
    or (finished_at is null and (waiting ->> 'since')::timestamptz < clock_timestamp() - make_interval(secs => $2)))
  and not exists (
    select 1 from tidemark.hook_deliveries d
    where d.key = case when r.finished_at is null then format('run-blocked:%s:%s', r.id, r.waiting ->> 'since')
                       else format('run-finished:%s:%s', r.id, r.epoch) end)
order by id`;

function toRun(row: RunRow, { origin }: HookPlace): RunHookEvent["run"] {
  const { id, status, cause } = row;
  return {
    id,
    kind: runKind.parse(row.kind),
    status,
    cause,
    startedBy: row.started_by,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    url: origin === null ? null : `${origin}/runs/${id}`,
  };
}

/** Gates whose verdict is another one than at the last look. The first look tells nothing: nothing changed that anybody saw. */
async function takeGateEvents(client: pg.ClientBase, { database }: HookPlace): Promise<HookEvent[]> {
  const { rows } = await client.query<{ gates: Gate[]; measured: string; before: Verdicts | null; now: Date }>(
    `select m.value -> 'gates' as gates, m.value ->> 'measuredAt' as measured, told.value as before, clock_timestamp() as now
     from tidemark.measures m left join tidemark.measures told on told.name = $1
     where m.name = 'coverage'`,
    [TOLD_GATES],
  );
  const [row] = rows;
  if (row === undefined) return [];
  const verdicts: Verdicts = Object.fromEntries(row.gates.map(({ id, passed }) => [id, passed]));
  const { before } = row;
  const changed = before === null ? [] : row.gates.filter(({ id, passed }) => (before[id] ?? null) !== passed);
  if (before !== null && changed.length === 0) return [];
  await client.query(
    `insert into tidemark.measures (name, value, is_exact) values ($1, $2, true)
     on conflict (name) do update set value = excluded.value, measured_at = clock_timestamp()`,
    [TOLD_GATES, JSON.stringify(verdicts)],
  );
  return changed.map(({ id, threshold, value, passed }) => ({
    event: "gate-changed",
    id: `gate-changed:${id}:${row.measured}:${passed}`,
    at: row.now.toISOString(),
    database,
    gate: { id, threshold, value, passed },
    before: before?.[id] ?? null,
    measuredAt: row.measured,
  }));
}

type Verdicts = Record<string, boolean | null>;
