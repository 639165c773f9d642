import { randomBytes } from "node:crypto";
import type pg from "pg";
import { inject, onTestFinished } from "vitest";
import { type DatabaseTarget, openClient, withClient } from "@/lib/db/client";

/** A fresh database of one test, dropped when the test is finished. */
export interface TestDatabase {
  target: DatabaseTarget;
  /** Runs one statement on a connection kept for this test; with several statements, gives the rows of the last. */
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** A further connection, ended with the test. */
  client(): Promise<pg.Client>;
  /** Ends the connections and drops the database; nothing happens the second time. */
  drop(): Promise<void>;
}

/** An empty database in the server of this test run. */
export async function aDatabase(options: { schema?: string } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  const server = { connectionString: inject("serverUrl"), schema: "public" };
  await withClient(server, (client) => client.query(`create database ${name}`));

  const url = new URL(server.connectionString);
  url.pathname = `/${name}`;
  const target = { connectionString: url.href, schema: options.schema ?? "public" };
  const clients: pg.Client[] = [];
  let shared: Promise<pg.Client> | undefined;

  async function client(): Promise<pg.Client> {
    const opened = await openClient(target, "tidemark-test");
    clients.push(opened);
    return opened;
  }

  async function query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]> {
    shared ??= client();
    const result: pg.QueryResult<Row> | pg.QueryResult<Row>[] = await (await shared).query<Row>(sql, values);
    return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
  }

  async function drop(): Promise<void> {
    await Promise.all(clients.splice(0).map((opened) => opened.end().catch(() => {})));
    await withClient(server, (admin) => admin.query(`drop database if exists ${name} with (force)`));
  }

  onTestFinished(drop);
  return { target, query, client, drop };
}
