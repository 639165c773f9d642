import { rm } from "node:fs/promises";
import { test as base, expect } from "@playwright/test";
import type pg from "pg";
import { addFirstOperator } from "@/lib/auth/operators";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { ensureEmbedded, stopEmbedded } from "@/lib/db/embedded";
import { findFreePort } from "@/lib/db/embedded-server";
import { makeDemo } from "@/lib/demo/demo";
import { makeDataHome } from "@/lib/testing/data-home";
import { type Credentials, signIn } from "@/scripts/signed-in";
import { openWebServer } from "@/scripts/web-server";

/** A running Tidemark and the database behind it. */
export interface Console {
  baseURL: string;
  target: DatabaseTarget;
  /** Rows of one statement on that database, as the console's own sessions see them. */
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** The process of its server. */
  pid: number | undefined;
  /** The end of what the server printed so far. */
  output(): string;
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
  /** Whether the pages of the test are signed in from the start. */
  isSignedIn: boolean;
  /** The operator, an admin, as whom every page of the test is signed in. */
  credentials: Credentials;
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

/** Who is an operator of every console of these tests. */
const CREDENTIALS: Credentials = { email: "tess@example.org", password: "a tide gauge on a harbour wall" };

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
      const target = { connectionString: withDatabase(serverUrl, name), schema: "public" };
      await makeDemo(target, { sessions });
      await withClient(target, async (client) => {
        await migrateConsoleSchema(client);
        await addFirstOperator(client, { ...CREDENTIALS, name: "Test" });
      });
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
        pid: server.pid,
        output: server.output,
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

  credentials: [CREDENTIALS, { option: true }],

  // Cookies know no port: a further console on the same database takes this one as well.
  storageState: async ({ console, credentials, isSignedIn }, use) => {
    const cookies = isSignedIn ? [toCookie(await signIn(console.baseURL, credentials))] : [];
    await use({ cookies, origins: [] });
  },

  isSignedIn: [true, { option: true }],

  // Named here so that the page is judged before servers end, and with them what it was being sent.
  page: async ({ page, expectedErrors, openConsole: _servers }, use) => {
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

/** For tests that start a console of their own: the usual one is not started, and nobody is signed in. */
export const NO_CONSOLE = { baseURL: "http://127.0.0.1:9", storageState: { cookies: [], origins: [] } };

export { expect };

function toCookie(pair: string) {
  const [name = "", value = ""] = pair.split(/=(.*)/s);
  const held = { domain: "127.0.0.1", path: "/", expires: -1 };
  return { name, value, ...held, httpOnly: true, secure: false, sameSite: "Strict" as const };
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function onServer(serverUrl: string, sql: string): Promise<void> {
  await withClient({ connectionString: serverUrl, schema: "public" }, (client) => client.query(sql));
}
