import { createHash, randomUUID } from "node:crypto";
import { isIP } from "node:net";
import path from "node:path";
import type pg from "pg";
import { type AddressTable, readAddressTable } from "@/lib/demo/address-table";
import { type Cell, copyRows } from "@/lib/demo/bulk";
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

const EVENT_COLUMNS = [
  "ingest_id",
  "source",
  "source_offset",
  "payload",
  "payload_hash",
  "session_id",
  "event_type",
  "event_timestamp",
];

const SESSION_COLUMNS = [
  "session_id",
  "first_event_at",
  "last_event_at",
  "event_count",
  "command_count",
  "file_downloads",
  "login_attempts",
  "ssh_key_injections",
  "unique_ssh_keys",
  "dshield_flagged",
  "source_files",
  "enrichment",
];

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
  let batch: Cell[][] = [];

  async function flush(): Promise<void> {
    await copyRows(client, { schema, name: "raw_events", columns: EVENT_COLUMNS }, batch);
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

function toRow(event: CowrieEvent, ingestId: string, source: string, line: number): Cell[] {
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
  let batch: Cell[][] = [];
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
    await copyRows(client, target, batch);
    batch = [];
  }
  await copyRows(client, target, batch);
}

function enrich(session: SessionSummary, { table, random }: Enrichment, shared: SharedAnswers): string | null {
  const at = new Date(session.lastEventAt ?? 0);
  const address = session.sourceAddress ?? "";
  const attacker = { address, ...table.lookUp(address) };
  const compose = isIP(address) === 0 ? composeNamelessDocument : composeDocument;
  return compose({ attacker, at, random, shared }).text;
}
