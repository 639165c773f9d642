import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type pg from "pg";
import type { AuditEvent, AuditOutcome } from "@/lib/contract";
import { auditEvents } from "@/lib/db/audit-schema";
import type { DatabaseTarget } from "@/lib/db/client";
import { consoleDb } from "@/lib/db/console-db";
import { withPooledClient, withReadClient } from "@/lib/db/pool";
import { redact } from "@/lib/redact";

/** What is written down; the database adds number and time. */
export type AuditEntry = Pick<AuditEvent, "actor" | "action" | "outcome"> &
  Partial<Pick<AuditEvent, "role" | "address" | "runId" | "detail" | "confirmation">>;

/** Which events to list; what is left out is not asked for. */
export interface AuditFilter {
  actor?: string;
  action?: string;
  outcome?: AuditOutcome;
  runId?: number;
  /** From this moment on, and before that one, as ISO 8601. */
  from?: string;
  until?: string;
}

/** Characters of one field at most: attackers choose what they send to be refused. */
const LONGEST = 500;

/** Events read at a time for a whole list. */
const CHUNK = 2_000;

/** Writes one event, with whatever is secret masked. */
export function recordAudit(target: DatabaseTarget, entry: AuditEntry): Promise<void> {
  const clean = (text: string | null | undefined) => (text == null ? null : toStorable(text));
  return withPooledClient(target, async (client) => {
    await consoleDb(client)
      .insert(auditEvents)
      .values({
        ...entry,
        actor: toStorable(entry.actor),
        action: toStorable(entry.action),
        address: clean(entry.address),
        detail: clean(entry.detail),
      });
  });
}

/** NUL is the one character that PostgreSQL cannot store. */
function toStorable(text: string): string {
  return redact(text).replaceAll("\0", "\ufffd").slice(0, LONGEST);
}

/**
 * One page of the events, newest first; empty where there is no audit yet.
 *
 * @param before number of the event where the page before ended.
 */
export function readAudit(
  target: DatabaseTarget,
  { filter, before, limit }: { filter: AuditFilter; before: number | null; limit: number },
): Promise<{ events: AuditEvent[]; next: number | null }> {
  return withReadClient(target, async (client) => {
    if (!(await hasAudit(client))) return { events: [], next: null };
    const rows = await consoleDb(client)
      .select()
      .from(auditEvents)
      .where(and(...conditionsOf(filter), before === null ? undefined : lt(auditEvents.id, before)))
      .orderBy(desc(auditEvents.id))
      .limit(limit + 1);
    const events = rows.slice(0, limit).map((row) => ({ ...row, at: row.at.toISOString() }));
    return { events, next: rows.length > limit ? (events.at(-1)?.id ?? null) : null };
  });
}

/** Every event of the list, newest first, some thousand at a time. */
export async function* readAllAudit(target: DatabaseTarget, filter: AuditFilter): AsyncGenerator<AuditEvent[]> {
  let before: number | null = null;
  do {
    const page: { events: AuditEvent[]; next: number | null } = await readAudit(target, {
      filter,
      before,
      limit: CHUNK,
    });
    yield page.events;
    before = page.next;
  } while (before !== null);
}

/** What can be filtered by: everybody and everything that occurs. */
export function readAuditChoices(target: DatabaseTarget): Promise<{ actors: string[]; actions: string[] }> {
  return withReadClient(target, async (client) => {
    if (!(await hasAudit(client))) return { actors: [], actions: [] };
    const { rows } = await client.query<{ actors: string[]; actions: string[] }>(
      `select coalesce(array_agg(distinct actor), '{}') as actors, coalesce(array_agg(distinct action), '{}') as actions
       from (select actor, action from tidemark.audit_events order by id desc limit 10000) as newest`,
    );
    return rows[0] ?? { actors: [], actions: [] };
  });
}

function conditionsOf({ actor, action, outcome, runId, from, until }: AuditFilter): (SQL | undefined)[] {
  return [
    actor === undefined ? undefined : eq(auditEvents.actor, actor),
    action === undefined ? undefined : eq(auditEvents.action, action),
    outcome === undefined ? undefined : eq(auditEvents.outcome, outcome),
    runId === undefined ? undefined : eq(auditEvents.runId, runId),
    from === undefined ? undefined : gte(auditEvents.at, sql`${from}::timestamptz`),
    until === undefined ? undefined : lt(auditEvents.at, sql`${until}::timestamptz`),
  ];
}

async function hasAudit(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    "select to_regclass('tidemark.audit_events') is not null as there",
  );
  return rows[0]?.there === true;
}
