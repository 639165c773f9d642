import { randomBytes } from "node:crypto";
import type pg from "pg";
import { inject, onTestFinished } from "vitest";
import { type DatabaseTarget, openClient, withClient } from "@/lib/db/client";
import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { createV15Sql } from "@/lib/migration/ddl";

/** A fresh database of one test, dropped when the test is finished. */
export interface TestDatabase {
  target: DatabaseTarget;
  /** Runs one statement on a connection kept for this test; with several statements, gives the rows of the last. */
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** A further connection, ended with the test. */
  client(): Promise<pg.Client>;
  /** A second database with the same content, for which every connection to this one but that of `query` has to be ended. */
  copy(): Promise<TestDatabase>;
  /** Ends the connections and drops the database; nothing happens the second time. */
  drop(): Promise<void>;
}

/**
 * An empty database.
 *
 * @param options.serverUrl Superuser URL of a server of the test's own; default that of this test run.
 */
export async function aDatabase(
  options: { schema?: string; serverUrl?: string; collation?: keyof typeof COLLATIONS } = {},
): Promise<TestDatabase> {
  const { schema = "public", serverUrl = inject("serverUrl"), collation } = options;
  const template = collation === undefined ? "template1" : `template0 ${COLLATIONS[collation]}`;
  return createDatabase({ connectionString: serverUrl, schema }, template);
}

/** Clauses of CREATE DATABASE; from PostgreSQL 15 on. */
const COLLATIONS = {
  C: "encoding 'UTF8' locale_provider libc locale 'C'",
  "en-US": "encoding 'UTF8' locale_provider icu icu_locale 'en-US' locale 'C'",
};

/** Makes a database in `server`, whose schema is taken over, with the content of `template`. */
async function createDatabase(server: DatabaseTarget, template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await withClient(server, (client) => client.query(`create database ${name} template ${template}`));

  const url = new URL(server.connectionString);
  url.pathname = `/${name}`;
  const target = { connectionString: url.href, schema: server.schema };
  const clients: pg.Client[] = [];
  let shared: Promise<pg.Client> | undefined;

  async function client(): Promise<pg.Client> {
    const opened = await openClient(target, "tidemark-test");
    clients.push(opened);
    return opened;
  }

  async function query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]> {
    shared ??= client().then((opened) => {
      // A test may crash its server: the next query gets a connection that is alive.
      opened.once("end", () => {
        shared = undefined;
      });
      return opened;
    });
    const result: pg.QueryResult<Row> | pg.QueryResult<Row>[] = await (await shared).query<Row>(sql, values);
    return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
  }

  async function drop(): Promise<void> {
    await Promise.all(clients.splice(0).map((opened) => opened.end().catch(() => {})));
    await withClient(server, (admin) => admin.query(`drop database if exists ${name} with (force)`));
  }

  async function copy(): Promise<TestDatabase> {
    // A template must be left alone by everybody; the shared connection comes back with the next query.
    await (await shared)?.end();
    return createDatabase(server, name);
  }

  onTestFinished(drop);
  return { target, query, client, copy, drop };
}

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
  /** What orders text: bytes, or a language by ICU. Default that of the server. */
  collation?: "C" | "en-US";
  sessions?: TestSession[];
}

/** A database with the v15 tables, `schema_version` 15 and the given sessions. */
export async function aCowrieDatabase(options: CowrieOptions = {}): Promise<TestDatabase> {
  const { schema: wanted, collation } = options;
  const database = await aDatabase({
    ...(wanted === undefined ? {} : { schema: wanted }),
    ...(collation === undefined ? {} : { collation }),
  });
  const { schema } = database.target;
  for (const sql of createV15Sql(schema, { enrichmentType: options.enrichmentType ?? "json" }))
    await database.query(sql);
  await insertSessions(database, options.sessions ?? []);
  return database;
}

/** Inserts sessions with their raw events, as ingest would. */
async function insertSessions(database: TestDatabase, sessions: TestSession[]): Promise<void> {
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
