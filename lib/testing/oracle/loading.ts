import type pg from "pg";
import { qualify } from "@/lib/db/identifier";
import { formatMoment, type Moment } from "@/lib/testing/oracle/moment";
import type { ComposedSession } from "@/lib/testing/oracle/real-sessions";

const ROWS_A_STATEMENT = 2000;

/**
 * Inserts sessions and their raw events into the v15 tables of `schema`, whether `enrichment` is json or jsonb.
 *
 * @throws The server's error if a jsonb column is given a document that jsonb cannot hold.
 */
export async function loadSessions(client: pg.ClientBase, schema: string, sessions: ComposedSession[]): Promise<void> {
  for (const rows of chunksOf(sessions, ROWS_A_STATEMENT)) {
    await client.query(
      `insert into ${qualify(schema, "session_summaries")}
         (session_id, first_event_at, last_event_at, event_count, command_count, file_downloads, login_attempts,
          enrichment, created_at, updated_at)
       select id, first, last, events, commands, downloads, logins, document::json, created, created
       from unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::int[], $5::int[], $6::int[], $7::int[],
         $8::text[], $9::timestamptz[]) as u(id, first, last, events, commands, downloads, logins, document, created)`,
      [
        rows.map((row) => row.sessionId),
        rows.map((row) => timestamp(row.firstEventAt)),
        rows.map((row) => timestamp(row.lastEventAt)),
        rows.map((row) => row.eventCount),
        rows.map((row) => row.commandCount),
        rows.map((row) => row.fileDownloads),
        rows.map((row) => row.loginAttempts),
        rows.map((row) => row.document),
        rows.map((row) => timestamp(row.createdAt)),
      ],
    );
  }
  await loadRawEvents(client, schema, sessions);
}

/** Inserts the raw events of `sessions` alone. */
export async function loadRawEvents(
  client: pg.ClientBase,
  schema: string,
  sessions: Pick<ComposedSession, "sessionId" | "rawEvents">[],
): Promise<void> {
  const events = sessions.flatMap(({ sessionId, rawEvents }) => rawEvents.map((event) => ({ ...event, sessionId })));
  for (const rows of chunksOf(events, ROWS_A_STATEMENT)) {
    await client.query(
      `insert into ${qualify(schema, "raw_events")}
         (id, source, source_offset, source_inode, session_id, event_type, event_timestamp, payload)
       select id, 'cowrie.json', id, '1', session, 'cowrie.session.connect', time, payload::json
       from unnest($1::int[], $2::text[], $3::timestamptz[], $4::text[]) as u(id, session, time, payload)`,
      [
        rows.map((row) => row.id),
        rows.map((row) => row.sessionId),
        rows.map((row) => timestamp(row.eventTimestamp)),
        rows.map((row) => row.payload),
      ],
    );
  }
}

const timestamp = (moment: Moment | null): string | null => (moment === null ? null : formatMoment(moment));

function chunksOf<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
