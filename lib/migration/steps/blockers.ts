import type pg from "pg";
import type { Blocker, PhaseId } from "@/lib/contract";
import { notifyRun } from "@/lib/logs/log-store";
import { backendOf, type RunContext } from "@/lib/migration/run/run-context";

/** How long a statement may take before it is asked what it waits for, and how often then, in milliseconds. */
const FIRST_LOOK_MS = 150;
const LOOK_INTERVAL_MS = 500;

const LONGEST_QUERY = 120;

/** Who holds what the tries of one step wait for. */
export interface BlockerWatch {
  /** Those of the last look that found any; empty when nothing was ever in the way. */
  readonly blockers: readonly Blocker[];
  /** Looks while `attempt` is under way. */
  during<T>(attempt: () => Promise<T>): Promise<T>;
  /** The step is done, or given up: nothing is waited for any more. */
  close(): Promise<void>;
}

/**
 * Looks, while a statement is tried, whether it waits for a lock: names whoever holds it in the log, once, and keeps it
 * on the run for the page until the step is through. Source: PostgreSQL manual, `pg_blocking_pids`.
 */
export function watchBlockers(context: RunContext, phase: PhaseId | null, step: string): BlockerWatch {
  const named = new Set<number>();
  let blockers: Blocker[] = [];
  let isShown = false;
  let isTrying = false;
  let looking: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  function lookAfter(ms: number): void {
    timer = setTimeout(() => {
      // A look that fails is no failure of the statement it is about.
      looking = look().catch(() => {});
      void looking.then(() => {
        if (isTrying) lookAfter(LOOK_INTERVAL_MS);
      });
    }, ms);
  }

  async function look(): Promise<void> {
    const ours = [...context.helpers].map(backendOf);
    const found = await readBlockers(context.pool, backendOf(context.client), ours);
    if (!isTrying) return;
    if (found.length > 0) blockers = found;
    if (isShown !== found.length > 0) await show(found);
    for (const blocker of found.filter(({ pid }) => !named.has(pid))) {
      named.add(blocker.pid);
      await context.report.log("warn", phase, describeBlocker(blocker));
    }
  }

  async function show(found: Blocker[]): Promise<void> {
    isShown = found.length > 0;
    const waiting = isShown ? JSON.stringify({ step, since: new Date().toISOString(), blockers: found }) : null;
    const { run, pool } = context;
    await pool.query("update tidemark.runs set waiting = $3 where id = $1 and epoch = $2", [
      run.id,
      run.epoch,
      waiting,
    ]);
    await notifyRun(pool, run.id);
  }

  return {
    get blockers() {
      return blockers;
    },
    async during(attempt) {
      isTrying = true;
      lookAfter(FIRST_LOOK_MS);
      try {
        return await attempt();
      } finally {
        isTrying = false;
        clearTimeout(timer);
        await looking;
      }
    },
    async close() {
      if (isShown) await show([]).catch(() => {});
    },
  };
}

/** As the log says it, e.g. `waiting for pid 4711 (user cowrie, application ingest, idle in transaction, since …, query …)`. */
export function describeBlocker(blocker: Blocker): string {
  return `waiting for pid ${blocker.pid} (${factsOf(blocker)})`;
}

/** What is known of a session, in one line. */
export function factsOf({ user, application, state, since, query }: Omit<Blocker, "pid">): string {
  const facts = [
    ...(user === null ? [] : [`user ${user}`]),
    ...(application === null ? [] : [`application ${application}`]),
    ...(state === null ? [] : [state]),
    ...(since === null ? [] : [`since ${since}`]),
    ...(query === null ? [] : [`query ${query}`]),
  ];
  return facts.join(", ");
}

/** Not those of the run itself: its connections wait for each other only for the moment in which a file grows. */
async function readBlockers(pool: pg.Pool, pid: number, ours: number[]): Promise<Blocker[]> {
  const { rows } = await pool.query<Omit<Blocker, "since"> & { since: Date | null }>(
    `select a.pid, a.usename::text as "user", nullif(a.application_name, '') as application, a.state,
            coalesce(a.xact_start, a.state_change) as since, nullif(a.query, '') as query
     from pg_catalog.pg_stat_activity as a
     where a.pid = any (pg_catalog.pg_blocking_pids($1))
       and a.pid <> all ($2)
     order by since nulls last, a.pid`,
    [pid, ours],
  );
  return rows.map((row) => ({
    ...row,
    since: row.since?.toISOString() ?? null,
    query: row.query === null ? null : withoutLiterals(row.query),
  }));
}

/** A statement of others may hold row content: its literals go, and so does its length. */
export function withoutLiterals(query: string): string {
  const masked = query
    .replace(/\$([A-Za-z_]*)\$.*?\$\1\$/gs, "'…'")
    .replace(/'(?:[^']|'')*('|$)/g, "'…'")
    .replace(/(?<!\$)\b\d+(\.\d+)?\b/g, "…")
    .replace(/\s+/g, " ")
    .trim();
  return masked.length > LONGEST_QUERY ? `${masked.slice(0, LONGEST_QUERY)}…` : masked;
}
