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
  await query("truncate public.held");
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
