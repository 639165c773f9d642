import { expect, type Page } from "@playwright/test";
import type { Console } from "@/e2e/fixtures";
import { expectStatus, startMigration } from "@/e2e/run-page";
import { withClient } from "@/lib/db/client";
import { brokenSql, leaveUnfinishedIndex } from "@/lib/demo/broken/break";
import type { BrokenState } from "@/lib/demo/broken/states";
import { runToEnd } from "@/lib/migration";

/** Leaves the v15 honeypot behind a console in states met in the field. */
export async function breakHoneypot({ target, query }: Console, states: readonly BrokenState[]): Promise<void> {
  for (const sql of brokenSql(target.schema, states)) await query(sql);
  if (states.includes("half-indexed")) await withClient(target, (client) => leaveUnfinishedIndex(client, target));
}

/** Takes the honeypot behind a console to v16. */
export async function migrate({ target }: Console): Promise<void> {
  const { status } = await runToEnd(target, {
    kind: "migrate",
    startedBy: "cli",
    signal: new AbortController().signal,
    onEvent: () => {},
  });
  expect(status).toBe("succeeded");
}

/**
 * Makes each session of the second half of the table take its time, and those of its end until `hurryUp`, so that a run can
 * be looked at, and found there when it is asked for something.
 */
export async function slowDown({ query }: Console): Promise<void> {
  await query("create table public.held as select");
  await query(`create function public.linger() returns trigger language plpgsql as $$
    begin
      perform pg_catalog.pg_sleep(0.1);
      while tg_name = 'linger_until' and exists (select from public.held) loop
        perform pg_catalog.pg_sleep(0.1);
      end loop;
      return new;
    end $$`);
  await query(`do $$ begin
    execute (
      select pg_catalog.string_agg(pg_catalog.format(
        'create trigger %I before update on public.session_summaries for each row when (old.ctid >= %L::tid)
           execute function public.linger();',
        name, pg_catalog.format('(%s,0)', (pg_catalog.pg_relation_size('public.session_summaries') / 8192 * share)::int)
      ), '')
      from (values ('linger', 0.5), ('linger_until', 0.75)) as triggers (name, share)
    );
  end $$`);
}

/** Lets a run that was slowed down go on at its own pace. */
export async function hurryUp({ query }: Console): Promise<void> {
  await query("create or replace function public.linger() returns trigger language plpgsql as 'begin return new; end'");
  // A batch in the loop keeps its share of the lock on the table: TRUNCATE would wait for it, and it for TRUNCATE.
  await query("delete from public.held");
}

/** Starts the migration and comes back once it is in the midst of its sweep, where it stays for a while. */
export async function startSlowMigration(page: Page, console: Console): Promise<void> {
  await slowDown(console);
  await startMigration(page);
  await expectStatus(page, "running");
  await expect.poll(() => readDone(console), { timeout: 30_000 }).toBeGreaterThan(0);
}

/** Leaves what a killed process does behind: a run that says running, in its first phase, and nobody who holds its lock. */
export async function journalLostRun({ query }: Console): Promise<void> {
  await query(
    `insert into tidemark.runs (kind, status, started_by, epoch, last_seq, phase, started_at, heartbeat_at)
     values ('migrate', 'running', 'web', 1, 3, 'source-ip', clock_timestamp() - interval '9 minutes', clock_timestamp() - interval '2 minutes')`,
  );
  await query(
    `insert into tidemark.run_phases (run_id, phase, state, started_at)
     select id, 'source-ip', 'running', started_at + interval '2 s' from tidemark.runs`,
  );
  await query(
    `insert into tidemark.log_lines (run_id, seq, at, level, phase, message)
     select id, seq, started_at + seq * interval '2 minutes', 'info', 'source-ip', message
     from tidemark.runs, (values
       (1, 'Phase 1: Adding source_ip column to session_summaries...'),
       (2, 'Added source_ip to session_summaries'),
       (3, 'Populating source_ip from enrichment data...')
     ) as lines (seq, message)`,
  );
}

/** Starts a migration that fails in its sweep, as a site that forbids what it writes would make it. */
export async function startFailingMigration(page: Page, { query }: Console): Promise<void> {
  // What preflight tries is let through.
  await query(`create function public.forbid() returns trigger language plpgsql as $$ begin
    if to_jsonb(new) ->> 'enrichment_at' is not null then raise exception 'this site forbids snapshots'; end if;
    return new;
  end $$`);
  await query(
    "create trigger forbid before update on public.session_summaries for each row execute function public.forbid()",
  );
  await startMigration(page);
  await expectStatus(page, "failed");
}

/** Sessions that a run has swept, as the run says. */
async function readDone({ query }: Console): Promise<number> {
  const [phase] = await query<{ done: number }>(
    "select coalesce(done, 0)::int as done from tidemark.run_phases where phase = 'source-ip'",
  );
  return phase?.done ?? 0;
}
