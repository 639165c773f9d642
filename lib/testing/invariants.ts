import { expect } from "vitest";
import { ACTIVE_STATUSES } from "@/lib/contract";
import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { verify } from "@/lib/migration";
import { RefusalError } from "@/lib/refusal";
import { runLockHolder } from "@/lib/testing/backends";
import type { TestDatabase } from "@/lib/testing/database";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import type { IngestResult } from "@/lib/testing/ingest";
import { run } from "@/lib/testing/running";

/** A database before anything happened to it. */
export interface Snapshot {
  /** The same database, for a run that nothing disturbs. */
  twin: TestDatabase;
  /** Columns of session_summaries that a migration has to leave alone. */
  columns: { name: string; isTime: boolean }[];
  /** Of those columns, by session. */
  digests: Map<string, RowDigest>;
  rawEvents: string | null;
  version: string | null;
  /** Dump of the twin after the undisturbed run, once it was taken. */
  undisturbed?: Promise<string[]>;
}

interface RowDigest {
  digest: string;
  updatedAt: string | null;
}

/** What the invariants are asked about. */
export interface InvariantOptions {
  before: Snapshot;
  /** Whether the run came to its end: then nothing may be active, and the state is compared with an undisturbed run. */
  finished: boolean;
  /** What an ingest wrote meanwhile, stopped. */
  ingest?: IngestResult;
  /** Whatever commands printed: searched for the password. */
  said?: string[];
  /** The lock timeout under which the run worked, in milliseconds; default that of the product. */
  lockTimeoutMs?: number;
}

/** Columns that a migration adds; every other one is the honeypot's. */
const ADDED = ["source_ip", "enrichment_at", "snapshot_asn", "snapshot_country", "snapshot_ip_types"];

const LOCK_TIMEOUT_MS = 500;

/** How much longer than the lock timeout a write may take on a machine that does other things too, in milliseconds. */
const STALL_MARGIN_MS = 3_000;

/**
 * Takes what the invariants are held against, before the run begins. No other connection to `database` may be open. Serves any
 * number of copies of the database, as long as no ingest writes into one.
 */
export async function snapshotOf(database: TestDatabase): Promise<Snapshot> {
  const columns = await readColumns(database);
  const taken = {
    columns,
    digests: await readDigests(database, columns),
    rawEvents: await readRawEvents(database),
    version: await readVersion(database),
  };
  return { ...taken, twin: await database.copy() };
}

/**
 * Asserts what holds after any fault: no session of the honeypot changed (I1), nothing acknowledged to ingest is lost (I2),
 * the state equals that of an undisturbed run on the same data (I3), 16 is recorded if and only if it is so (I4), at most one
 * run is active (I5), ingest never waited longer than a lock timeout (I6), and the password is nowhere (I7).
 */
export async function expectInvariants(database: TestDatabase, options: InvariantOptions): Promise<void> {
  const { before, ingest, finished } = options;
  const hasConsole = await isConsoleThere(database);
  await expectHoneypotUntouched(database, before, ingest !== undefined);
  if (ingest !== undefined) await expectAcknowledged(database, ingest, options.lockTimeoutMs ?? LOCK_TIMEOUT_MS);
  if (hasConsole) await expectOneRun(database, finished);
  await expectNoSecret(database, options.said ?? []);
  if (hasConsole) await expectHonestVersion(database, before, finished);
  if (finished) await expectUndisturbedState(database, before, ingest !== undefined);
}

async function expectHoneypotUntouched(database: TestDatabase, before: Snapshot, hasIngest: boolean): Promise<void> {
  const after = await readDigests(database, before.columns);
  const isExplained = (id: string, row: RowDigest | undefined) =>
    hasIngest && row !== undefined && row.updatedAt !== before.digests.get(id)?.updatedAt;
  const changed = [...before.digests]
    .filter(([id, row]) => after.get(id)?.digest !== row.digest && !isExplained(id, after.get(id)))
    .map(([id]) => id);
  expect(changed, "I1: sessions changed or lost").toEqual([]);
  if (!hasIngest) expect(after.size, "I1: number of sessions").toBe(before.digests.size);
  expect(await readRawEvents(database), "I1: raw events").toEqual(before.rawEvents);
}

async function expectAcknowledged(database: TestDatabase, ingest: IngestResult, lockTimeoutMs: number): Promise<void> {
  const sessions = qualify(database.target.schema, "session_summaries");
  const rows = await database.query<{ id: string; n: number }>(
    `select session_id as id, event_count as n from ${sessions} where session_id = any($1)`,
    [[...ingest.acknowledged.keys()]],
  );
  const found = new Map(rows.map(({ id, n }) => [id, n]));
  const lost = [...ingest.acknowledged.values()].filter(
    ({ sessionId, eventCount }) => (found.get(sessionId) ?? -1) < eventCount,
  );
  expect(lost, "I2: acknowledged rows that are lost or older").toEqual([]);
  expect(ingest.longestStallMs, "I6: longest stall of ingest").toBeLessThan(lockTimeoutMs + STALL_MARGIN_MS);
}

async function expectUndisturbedState(database: TestDatabase, before: Snapshot, hasIngest: boolean): Promise<void> {
  if (hasIngest) {
    // What came behind the sweep is open, as it should be; the undisturbed run finds it all at once.
    expect(await run(database.target, { kind: "catch-up" })).toMatchObject({ status: "succeeded" });
    await carryOver(database, before);
  }
  before.undisturbed ??= dumpUndisturbed(before.twin);
  const difference = compareDumps(await before.undisturbed, await dumpOf(database.target));
  expect(difference.slice(0, 10), `I3: ${difference.length} lines differ from an undisturbed run`).toEqual([]);
}

async function dumpUndisturbed(twin: TestDatabase): Promise<string[]> {
  expect(await run(twin.target), "I3: the undisturbed run").toMatchObject({ status: "succeeded", error: null });
  return dumpOf(twin.target);
}

/** Brings what ingest wrote since into the twin. */
async function carryOver(database: TestDatabase, before: Snapshot): Promise<void> {
  const sessions = qualify(database.target.schema, "session_summaries");
  const after = await readDigests(database, before.columns);
  const written = [...after].filter(([id, row]) => before.digests.get(id)?.digest !== row.digest).map(([id]) => id);
  const names = before.columns.map(({ name }) => quoteIdentifier(name));
  const rows = await database.query<Record<string, string | null>>(
    `select ${names.map((name) => `${name}::text`).join(", ")} from ${sessions} where session_id = any($1)`,
    [written],
  );
  const places = names.map((_, index) => `$${index + 1}`).join(", ");
  const updates = names.map((name) => `${name} = excluded.${name}`).join(", ");
  for (const row of rows) {
    await before.twin.query(
      `insert into ${sessions} (${names.join(", ")}) values (${places}) on conflict (session_id) do update set ${updates}`,
      before.columns.map(({ name }) => row[name]),
    );
  }
}

async function expectHonestVersion(database: TestDatabase, before: Snapshot, finished: boolean): Promise<void> {
  const recorded = await readVersion(database);
  const isClaimed = recorded === "16" || recorded === "17";
  // What the database claimed before the run is not the run's word.
  if (!finished && recorded === before.version) return;
  const verdict = await verify(database.target, { startedBy: "cli" }).then(
    (verification) => verification.verdict,
    (cause: unknown) => {
      if (cause instanceof RefusalError) return cause.message;
      throw cause;
    },
  );
  expect({ isClaimed, isMigrated: verdict === "migrated" }, `I4: ${recorded} recorded, verify says ${verdict}`).toEqual(
    {
      isClaimed,
      isMigrated: isClaimed,
    },
  );
  if (finished) expect(verdict, "I4: verdict of a finished run").toBe("migrated");
}

async function expectOneRun(database: TestDatabase, finished: boolean): Promise<void> {
  const active = await database.query(
    "select id, status from tidemark.runs where kind <> 'verify' and status = any($1) order by id",
    [ACTIVE_STATUSES],
  );
  if (finished) {
    expect(active, "I5: active runs after the end").toEqual([]);
    await expect.poll(() => runLockHolder(database), { message: "I5: holder of the run lock" }).toBeNull();
  } else expect(active.length, `I5: active runs ${JSON.stringify(active)}`).toBeLessThanOrEqual(1);
}

async function expectNoSecret(database: TestDatabase, said: string[]): Promise<void> {
  const { password } = new URL(database.target.connectionString);
  if (password === "") return;
  const spellings = [...new Set([password, decodeURIComponent(password)])];
  const isTold = (text: string) => spellings.some((spelling) => text.includes(spelling));
  expect(said.filter(isTold), "I7: output with the password").toEqual([]);
  const tables = await database.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'tidemark'",
  );
  for (const { name } of tables) {
    const rows = await database.query(
      `select t::text from ${name} as t where exists (select from unnest($1::text[]) as p where position(p in t::text) > 0)`,
      [spellings],
    );
    expect(rows, `I7: rows of ${name} with the password`).toEqual([]);
  }
}

async function isConsoleThere(database: TestDatabase): Promise<boolean> {
  const [row] = await database.query<{ there: boolean }>("select to_regclass('tidemark.runs') is not null as there");
  return row?.there === true;
}

async function readColumns(database: TestDatabase): Promise<Snapshot["columns"]> {
  return database.query<{ name: string; isTime: boolean }>(
    `select attname::text as name, atttypid::regtype::text like 'timestamp%' as "isTime" from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attname <> all($2) order by attname`,
    [qualify(database.target.schema, "session_summaries"), ADDED],
  );
}

async function readDigests(database: TestDatabase, columns: Snapshot["columns"]): Promise<Map<string, RowDigest>> {
  const texts = columns.map(({ name, isTime }) => {
    const text = `${quoteIdentifier(name)}::text`;
    // The zone is cut off, so that a time retyped as UTC reads the same.
    return `coalesce(${isTime ? `replace(${text}, '+00', '')` : text}, '~')`;
  });
  const rows = await database.query<RowDigest & { id: string }>(
    `select session_id as id, updated_at::text as "updatedAt", md5(concat_ws('|', ${texts.join(", ")})) as digest
     from ${qualify(database.target.schema, "session_summaries")}`,
  );
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}

async function readRawEvents(database: TestDatabase): Promise<string | null> {
  const table = qualify(database.target.schema, "raw_events");
  const [there] = await database.query<{ there: boolean }>("select to_regclass($1) is not null as there", [table]);
  if (there?.there !== true) return null;
  const [row] = await database.query<{ text: string }>(
    `select count(*) || ' ' || coalesce(md5(string_agg(md5(e::text), '' order by e.id)), '') as text from ${table} as e`,
  );
  return row?.text ?? null;
}

async function readVersion(database: TestDatabase): Promise<string | null> {
  const state = qualify(database.target.schema, "schema_state");
  const [row] = await database.query<{ value: string }>(`select value from ${state} where key = 'schema_version'`);
  return row?.value ?? null;
}
