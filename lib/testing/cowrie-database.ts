import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { createV15Sql } from "@/lib/migration/ddl";
import { aDatabase, type TestDatabase } from "@/lib/testing/database";

/** A session of a test; what is left out has the column's default, times the default NULL. */
export interface TestSession {
  sessionId: string;
  /** The document as a value; left out: SQL NULL. */
  enrichment?: unknown;
  /** The document as JSON text, for what no value can say (`1e999999`); goes before `enrichment`. */
  enrichmentText?: string;
  /** Any other columns of session_summaries by their SQL names, e.g. `{ last_event_at: "2025-01-01T00:00:00Z" }`. */
  columns?: Record<string, unknown>;
  /** Raw events of the session, in this order; each payload as a value, or as text under `payloadText`. */
  events?: { payload?: unknown; payloadText?: string; eventTimestamp?: string | null }[];
}

/** What a Cowrie database of a test starts with. */
export interface CowrieOptions {
  /** Default `json`, as the application's ORM makes it. */
  enrichmentType?: "json" | "jsonb";
  /** Default `public`. */
  schema?: string;
  sessions?: TestSession[];
}

/** A database with the v15 tables, `schema_version` 15 and the given sessions. */
export async function aCowrieDatabase(options: CowrieOptions = {}): Promise<TestDatabase> {
  const database = await aDatabase(options.schema === undefined ? {} : { schema: options.schema });
  const { schema } = database.target;
  for (const sql of createV15Sql(schema, { enrichmentType: options.enrichmentType ?? "json" }))
    await database.query(sql);
  await insertSessions(database, options.sessions ?? []);
  return database;
}

/** Inserts sessions with their raw events, as ingest would. */
export async function insertSessions(database: TestDatabase, sessions: TestSession[]): Promise<void> {
  const { schema } = database.target;
  for (const session of sessions) {
    await insertRow(database, schema, "session_summaries", {
      ...session.columns,
      session_id: session.sessionId,
      ...toDocument("enrichment", session.enrichment, session.enrichmentText),
    });
    for (const event of session.events ?? []) {
      await insertRow(database, schema, "raw_events", {
        source: "test",
        session_id: session.sessionId,
        event_timestamp: event.eventTimestamp ?? null,
        ...toDocument("payload", event.payload, event.payloadText),
      });
    }
  }
}

function toDocument(column: string, value: unknown, text: string | undefined): Record<string, string> {
  if (text !== undefined) return { [column]: text };
  return value === undefined ? {} : { [column]: JSON.stringify(value) };
}

async function insertRow(
  database: TestDatabase,
  schema: string,
  table: string,
  row: Record<string, unknown>,
): Promise<void> {
  const columns = Object.keys(row);
  const names = columns.map(quoteIdentifier).join(", ");
  const places = columns.map((_, index) => `$${index + 1}`).join(", ");
  await database.query(`insert into ${qualify(schema, table)} (${names}) values (${places})`, Object.values(row));
}
