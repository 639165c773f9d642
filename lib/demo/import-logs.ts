import { createHash, randomUUID } from "node:crypto";
import { isIP } from "node:net";
import path from "node:path";
import type pg from "pg";
import { type AddressTable, readAddressTable } from "@/lib/demo/address-table";
import { type BulkColumns, insertRows } from "@/lib/demo/bulk";
import { type CowrieEvent, readEvent } from "@/lib/demo/cowrie-event";
import { composeDocument, composeNamelessDocument } from "@/lib/demo/document";
import { readLines, type SkippedLine } from "@/lib/demo/log-lines";
import { makeSharedAnswers, type SharedAnswers } from "@/lib/demo/providers";
import { openRandom, type Random } from "@/lib/demo/random";
import { SessionSummaries, type SessionSummary } from "@/lib/demo/session-summary";

/** Which logs go in, and who hears of it. */
export interface ImportOptions {
  files: string[];
  /** Of the made-up parts of the documents. Default 1. */
  seed?: number;
  onSkipped?: (line: SkippedLine) => void;
  /** Called after every batch with the lines read so far; their total is not known. */
  onProgress?: (done: number, total: number | null) => void;
}

/** What a demo made. */
export interface DemoCounts {
  sessions: number;
  skippedLines: number;
}

const BATCH_SIZE = 2_000;

const EVENT_COLUMNS: BulkColumns = {
  ingest_id: "varchar",
  source: "varchar",
  source_offset: "bigint",
  payload: "json",
  payload_hash: "varchar",
  session_id: "varchar",
  event_type: "varchar",
  event_timestamp: "timestamptz",
};

const SESSION_COLUMNS: BulkColumns = {
  session_id: "varchar",
  first_event_at: "timestamptz",
  last_event_at: "timestamptz",
  event_count: "integer",
  command_count: "integer",
  file_downloads: "integer",
  login_attempts: "integer",
  ssh_key_injections: "integer",
  unique_ssh_keys: "integer",
  dshield_flagged: "boolean",
  source_files: "json",
  enrichment: "json",
};

/**
 * Loads Cowrie's JSON logs into the empty v15 tables of `schema` as the application's loader would: every event as
 * logged, every session summed up, enriched offline. Lines that are no events are counted and passed over; blank ones
 * are nothing. Events pass through in batches; only the sessions' sums stay in memory.
 *
 * @throws {RefusalError} `usage` when a file cannot be read or the address data is not installed.
 */
export async function importLogs(client: pg.ClientBase, schema: string, options: ImportOptions): Promise<DemoCounts> {
  const table = readAddressTable();
  const summaries = new SessionSummaries();
  const ingestId = randomUUID();
  let skippedLines = 0;
  let lines = 0;
  let batch: unknown[][] = [];

  async function flush(): Promise<void> {
    await insertRows(client, { schema, name: "raw_events", columns: EVENT_COLUMNS }, batch);
    batch = [];
    options.onProgress?.(lines, null);
  }

  for (const file of options.files) {
    const source = path.basename(file).slice(-512);
    let number = 0;
    for await (const line of readLines(file)) {
      number += 1;
      if (line.trim() === "") continue;
      lines += 1;
      const event = readEvent(line);
      if (typeof event === "string") {
        skippedLines += 1;
        options.onSkipped?.({ file, line: number, reason: event });
        continue;
      }
      summaries.add(event, source);
      batch.push(toRow(event, ingestId, source, number));
      if (batch.length === BATCH_SIZE) await flush();
    }
  }
  await flush();
  await insertSessions(client, schema, { summaries, table, random: openRandom(options.seed ?? 1) });
  return { sessions: summaries.size, skippedLines };
}

function toRow(event: CowrieEvent, ingestId: string, source: string, line: number): unknown[] {
  const hash = createHash("sha256").update(event.payload).digest("hex");
  return [ingestId, source, line, event.payload, hash, event.sessionId, event.type, event.timestamp];
}

interface Enrichment {
  summaries: SessionSummaries;
  table: AddressTable;
  random: Random;
}

async function insertSessions(client: pg.ClientBase, schema: string, enrichment: Enrichment): Promise<void> {
  const shared = makeSharedAnswers(enrichment.random);
  const target = { schema, name: "session_summaries", columns: SESSION_COLUMNS };
  let batch: unknown[][] = [];
  for (const session of enrichment.summaries.values()) {
    batch.push([
      session.sessionId,
      session.firstEventAt,
      session.lastEventAt,
      session.eventCount,
      session.commandCount,
      session.fileDownloads,
      session.loginAttempts,
      session.sshKeyInjections,
      session.sshKeys.size,
      session.loginAttempts > 0,
      JSON.stringify([...session.files]),
      enrich(session, enrichment, shared),
    ]);
    if (batch.length < BATCH_SIZE) continue;
    await insertRows(client, target, batch);
    batch = [];
  }
  await insertRows(client, target, batch);
}

function enrich(session: SessionSummary, { table, random }: Enrichment, shared: SharedAnswers): string | null {
  const at = new Date(session.lastEventAt ?? 0);
  const address = session.sourceAddress ?? "";
  const attacker = { address, ...table.lookUp(address) };
  const compose = isIP(address) === 0 ? composeNamelessDocument : composeDocument;
  return compose({ attacker, at, random, shared }).text;
}
