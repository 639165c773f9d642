import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import { z } from "zod";
import { installationFolders } from "@/lib/db/installation";
import { RefusalError } from "@/lib/refusal";

/**
 * Keys of the transaction lock of these migrations, beside the run lock and never held together with a run's work.
 * PostgreSQL scopes advisory locks to the database. Never change.
 */
const LOCK_KEYS = [7_469_646, 17] as const;
const LOCK_RETRY_MS = 50;
const LOCK_PATIENCE_MS = 30_000;

/**
 * How long a table may be waited for: whoever writes a log line behind this waits with it, so that the run of another server
 * goes on between two tries.
 */
const TABLE_WAIT_MS = 500;
const LOCK_NOT_AVAILABLE = "55P03";

/** Drizzle's own ledger, in the console's schema: `hash` is the sha256 of the file, `created_at` its `when`. */
const CREATE_LEDGER = `
create table if not exists tidemark.__drizzle_migrations (
  id bigint primary key generated always as identity,
  hash text not null,
  created_at bigint not null unique
)`;

const journalFile = z.object({ entries: z.array(z.object({ idx: z.number(), when: z.number(), tag: z.string() })) });

interface Migration {
  tag: string;
  /** Milliseconds since 1970, drizzle's key of a migration. */
  when: number;
  hash: string;
  statements: string[];
}

/** Whether the console's tables exist here and are those of this version of Tidemark. One read; changes nothing. */
export async function hasConsoleSchema(client: pg.ClientBase): Promise<boolean> {
  const applied = await readApplied(client);
  return (await readMigrations()).every((migration) => applied.has(migration.when));
}

/**
 * Brings the console's own tables up to date: every file of `drizzle/` that is not in the ledger yet, in one
 * transaction. Does nothing on a second call; any number of processes may call it at once.
 *
 * Safe beside servers of earlier versions and their runs: files only add, and no table is waited for longer than half a second
 * at a time. What a later version has added is left alone.
 *
 * @throws {RefusalError} `not-eligible` when the tables were made by a different file of the same name, or when another
 *   process is in the way for half a minute.
 */
export async function migrateConsoleSchema(client: pg.ClientBase): Promise<void> {
  const migrations = await readMigrations();
  if (isCurrent(migrations, await readApplied(client))) return;
  await withMigrationLock(client, async () => {
    await createSchema(client);
    await client.query(CREATE_LEDGER);
    const applied = await readApplied(client);
    if (isCurrent(migrations, applied)) return;
    for (const migration of migrations) {
      if (applied.has(migration.when)) continue;
      for (const statement of migration.statements) await client.query(statement);
      await client.query("insert into tidemark.__drizzle_migrations (hash, created_at) values ($1, $2)", [
        migration.hash,
        migration.when,
      ]);
    }
  });
}

function isCurrent(migrations: Migration[], applied: Map<number, string>): boolean {
  for (const { when, hash, tag } of migrations) {
    const known = applied.get(when);
    if (known !== undefined && known !== hash) throw differentFile(tag);
  }
  return migrations.every((migration) => applied.has(migration.when));
}

function differentFile(tag: string): RefusalError {
  return new RefusalError(
    "not-eligible",
    `The console's tables in schema tidemark were made by another ${tag}.sql than the one of this version.`,
    "Run the version of Tidemark that made them, or give up the history of runs: drop schema tidemark cascade",
  );
}

/** `create schema if not exists` would need CREATE on the database even where the schema exists. */
async function createSchema(client: pg.ClientBase): Promise<void> {
  const found = await client.query("select from pg_catalog.pg_namespace where nspname = 'tidemark'");
  if (found.rowCount === 0) await client.query("create schema tidemark");
}

/** Tries the lock again and again: a session that waits for it would hold a snapshot that index builds wait for. */
async function withMigrationLock(client: pg.ClientBase, work: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + LOCK_PATIENCE_MS;
  for (;;) {
    await client.query("begin");
    try {
      const tried = await client.query<{ locked: boolean }>("select pg_try_advisory_xact_lock($1, $2) as locked", [
        ...LOCK_KEYS,
      ]);
      if (tried.rows[0]?.locked === true) {
        await client.query(`set local lock_timeout = ${TABLE_WAIT_MS}`);
        await work();
        await client.query("commit");
        return;
      }
      await client.query("rollback");
    } catch (cause) {
      // The connection may be gone; the first error is the one to see.
      await client.query("rollback").catch(() => {});
      if ((cause as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw cause;
    }
    if (performance.now() > deadline) {
      throw new RefusalError(
        "not-eligible",
        "Another process has been changing or holding the tables of schema tidemark for half a minute.",
        "See in pg_locks who holds an advisory lock or a table of that schema, and try again once it is done.",
      );
    }
    await wait(LOCK_RETRY_MS * (1 + Math.random()));
  }
}

/** Hash by `when`; empty where the ledger is missing or hidden from this role. */
async function readApplied(client: pg.ClientBase): Promise<Map<number, string>> {
  const ledger = await client.query(
    `select
     from pg_catalog.pg_class c
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'tidemark' and c.relname = '__drizzle_migrations'
       and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')`,
  );
  if (ledger.rowCount === 0) return new Map();
  const { rows } = await client.query<{ hash: string; created_at: string }>(
    "select hash, created_at::text from tidemark.__drizzle_migrations",
  );
  return new Map(rows.map((row) => [Number(row.created_at), row.hash]));
}

let known: Promise<Migration[]> | undefined;

function readMigrations(): Promise<Migration[]> {
  known ??= readFolder(findFolder());
  return known;
}

async function readFolder(folder: string): Promise<Migration[]> {
  const journal = journalFile.parse(JSON.parse(await readFile(path.join(folder, "meta", "_journal.json"), "utf8")));
  return Promise.all(
    journal.entries.map(async ({ tag, when }) => {
      const text = await readFile(path.join(folder, `${tag}.sql`), "utf8");
      return { tag, when, hash: createHash("sha256").update(text).digest("hex"), statements: toStatements(text) };
    }),
  );
}

/** drizzle-kit separates statements by a marker; the schema itself is made beforehand. */
function toStatements(file: string): string[] {
  return file
    .split("--> statement-breakpoint")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "" && !/^create schema (if not exists )?"tidemark";?$/i.test(statement));
}

/** The folder `drizzle/` of this product: in a checkout, an installed package, or the folder of the standalone server. */
function findFolder(): string {
  for (const start of installationFolders(import.meta.url)) {
    for (let folder = start; folder !== ""; folder = parentOf(folder)) {
      const candidate = path.join(/* turbopackIgnore: true */ folder, "drizzle");
      // Named after its first file: the working directory may belong to another project that uses drizzle.
      if (existsSync(path.join(candidate, "0000_console.sql"))) return candidate;
    }
  }
  throw new Error("The folder drizzle/ with 0000_console.sql is missing from this installation.");
}

function parentOf(folder: string): string {
  const parent = path.dirname(folder);
  return parent === folder ? "" : parent;
}
