import { rm } from "node:fs/promises";
import { test as base, expect } from "@playwright/test";
import type pg from "pg";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { ensureEmbedded, stopEmbedded } from "@/lib/db/embedded";
import { findFreePort } from "@/lib/db/embedded-server";
import { makeDemo } from "@/lib/demo/demo";
import { makeDataHome } from "@/lib/testing/data-home";
import { openWebServer } from "@/scripts/web-server";

/** A running Tidemark and the database behind it. */
export interface Console {
  baseURL: string;
  target: DatabaseTarget;
  /** Rows of one statement on that database, as the console's own sessions see them. */
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Stops the server as a service manager would, and gives its exit code; null when it had to be killed. */
  stop(): Promise<number | null>;
}

interface TestFixtures {
  /** Settings of the console of the test, besides its database. */
  settings: Record<string, string>;
  /** Tidemark on a fresh v15 demo honeypot. */
  console: Console;
  /** Starts a further Tidemark on any database URL; it ends with the test. */
  openConsole: (connectionString: string, environment?: Record<string, string>) => Promise<Console>;
  /** Messages of `console.error` and uncaught errors that a test means to cause; every other one fails it. */
  expectedErrors: RegExp[];
}

interface WorkerFixtures {
  /** Sessions of the demo honeypot. */
  sessions: number;
  /** A throw-away PostgreSQL: its superuser's URL. */
  serverUrl: string;
  /** Name of a demo database to be copied; made once a worker. */
  template: string;
}

/** Databases made so far on the server of this worker. */
let honeypots = 0;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  sessions: [3_000, { option: true, scope: "worker" }],
  expectedErrors: [[], { option: true }],
  settings: [{}, { option: true }],

  serverUrl: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures it needs from the pattern
    async ({}, use) => {
      const home = await makeDataHome();
      const { connectionString } = await ensureEmbedded(home, { fsync: "off", max_connections: "100" });
      await use(connectionString);
      await stopEmbedded(home);
      await rm(home, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 60_000 },
  ],

  template: [
    async ({ serverUrl, sessions }, use) => {
      const name = "demo_template";
      await onServer(serverUrl, `create database ${name}`);
      await makeDemo({ connectionString: withDatabase(serverUrl, name), schema: "public" }, { sessions });
      await use(name);
    },
    { scope: "worker", timeout: 120_000 },
  ],

  // biome-ignore lint/correctness/noEmptyPattern: as above
  openConsole: async ({}, use) => {
    const stops: (() => Promise<void>)[] = [];
    await use(async (connectionString, environment) => {
      const port = await findFreePort();
      const server = await openWebServer(port, { DATABASE_URL: connectionString, ...environment }, { isSilent: true });
      stops.push(server.stop);
      const target = { connectionString, schema: environment?.TIDEMARK_SCHEMA ?? "public" };
      return {
        baseURL: server.url,
        target,
        query: (sql, values) => withClient(target, async (client) => (await client.query(sql, values)).rows),
        stop: async () => {
          await server.stop();
          return server.ended;
        },
      };
    });
    for (const stop of stops) await stop();
  },

  console: async ({ serverUrl, template, openConsole, settings }, use) => {
    honeypots += 1;
    const name = `honeypot_${honeypots}`;
    await onServer(serverUrl, `create database ${name} template ${template}`);
    await use(await openConsole(withDatabase(serverUrl, name), settings));
  },

  baseURL: async ({ console }, use) => use(console.baseURL),

  page: async ({ page, expectedErrors }, use) => {
    const errors: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    await use(page);
    const unexpected = errors.filter((error) => !expectedErrors.some((pattern) => pattern.test(error)));
    expect(unexpected, "unexpected errors in the browser's console").toEqual([]);
  },
});

export { expect };

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function onServer(serverUrl: string, sql: string): Promise<void> {
  await withClient({ connectionString: serverUrl, schema: "public" }, (client) => client.query(sql));
}
