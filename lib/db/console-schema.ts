import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { HookEventName, LedgerReport, RunError, RunKind, RunStatus, Speed, Waiting } from "@/lib/contract";

/** The console's own tables. They survive a reset and hold nothing the engine decides from but `touched_keys`. */
export const consoleSchema = pgSchema("tidemark");

/** A moment, in milliseconds. */
export const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** The honeypot data at one moment. What is optional is absent in ledgers of earlier versions. */
export interface LedgerCounts {
  sessions: number;
  /** Null where the database has no `raw_events` or the role may not read it. */
  rawEvents: number | null;
  /** Sessions with a document. */
  withEnrichment?: number;
  /** The application's table `files`; null where there is none or the role may not read it. */
  files?: number | null;
  /** Of each table counted, its oid and its file: another oid is another table, another file a truncated or rewritten one. */
  tables?: Record<string, { oid: number; file: number }>;
  /** Columns of `session_summaries` that the fingerprints are made of. */
  columns?: string[];
  /** Fingerprint of all sessions; only where it was asked for. */
  whole?: WholeFingerprint;
  /** Of the second reading: what both come to, side by side. */
  comparison?: Omit<LedgerReport, "runId">;
}

/** All sessions in groups by a hash of their ids, so that what ingest touches leaves the other groups comparable. */
export interface WholeFingerprint {
  /** Greatest `updated_at` of the first reading; null without sessions. */
  boundary: string | null;
  groups: WholeGroup[];
}

export interface WholeGroup {
  id: number;
  sessions: number;
  /** Sums of hashes, in any order of the rows: over id and `updated_at`, and over the v15 columns. */
  keys: string;
  rows: string;
}

/** What the operator asked for, kept with the run so that any worker can execute it. */
export interface RunOptions {
  /** Stop before touching anything when a table is incomplete. */
  isStrict?: boolean;
  /** Reset only: fingerprint of the preview that was confirmed. */
  previewHash?: string;
  /** Reset only: dependents of others, by name, that the operator agreed to lose. */
  droppedDependents?: string[];
  /** Migrate only: views of others, by name, that a repair may drop and make again identically. */
  recreatedDependents?: string[];
  /** Catch-up only: sessions with values set aside are read again. */
  retriesSetAside?: boolean;
  /** The ledger fingerprints all sessions instead of a sample. */
  isDeep?: boolean;
}

/** What the operator wants of a run that is under way; its status follows at the next pause between two batches. */
export type RunWish = "go" | "hold" | "cancel";

export const runs = consoleSchema.table(
  "runs",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text("kind").$type<RunKind>().notNull(),
    status: text("status").$type<RunStatus>().notNull(),
    /** Of an interrupted run: `shutdown` (graceful) or `lost` (the process went away). */
    cause: text("cause").$type<"shutdown" | "lost">(),
    startedBy: text("started_by").notNull(),
    options: jsonb("options").$type<RunOptions>().notNull().default({}),
    /** Raised by every claim; a batch or log line of an earlier holder does not commit. */
    epoch: integer("epoch").notNull().default(0),
    /** `seq` of the newest log line. */
    lastSeq: bigint("last_seq", { mode: "number" }).notNull().default(0),
    phase: text("phase"),
    wish: text("wish").$type<RunWish>().notNull().default("go"),
    speed: text("speed").$type<Speed>().notNull().default("normal"),
    /** Connections that a sweep is to use at once; null: as the process that executes it is set. */
    workers: integer("workers"),
    /** Why the sweep makes room for others right now. */
    slowBecause: text("slow_because"),
    /** End of the maintenance window: the run then holds by itself. */
    until: at("until"),
    /** What the run waits for right now. */
    waiting: jsonb("waiting").$type<Waiting>(),
    /** The process that executes the run was alive then. */
    heartbeatAt: at("heartbeat_at"),
    startedAt: at("started_at").notNull().default(sql`clock_timestamp()`),
    claimedAt: at("claimed_at"),
    finishedAt: at("finished_at"),
    error: jsonb("error").$type<RunError>(),
  },
  () => [
    // At most one run holds the database; `verify` takes no run lock.
    uniqueIndex("runs_active_key")
      .on(sql`(true)`)
      .where(sql`kind <> 'verify' and status in ('queued', 'running', 'pausing', 'paused', 'cancelling')`),
  ],
);

export const runPhases = consoleSchema.table(
  "run_phases",
  {
    runId: bigint("run_id", { mode: "number" }).notNull(),
    phase: text("phase").notNull(),
    state: text("state").$type<"running" | "complete" | "failed">().notNull(),
    startedAt: at("started_at").notNull(),
    finishedAt: at("finished_at"),
    durationMs: bigint("duration_ms", { mode: "number" }),
    /** Rows changed by this phase in this run. */
    rows: bigint("rows", { mode: "number" }),
    done: bigint("done", { mode: "number" }),
    total: bigint("total", { mode: "number" }),
    rowsPerSecond: doublePrecision("rows_per_second"),
    etaSeconds: doublePrecision("eta_seconds"),
  },
  (table) => [
    primaryKey({ name: "run_phases_pkey", columns: [table.runId, table.phase] }),
    foreignKey({ name: "run_phases_run_id_fkey", columns: [table.runId], foreignColumns: [runs.id] }).onDelete(
      "cascade",
    ),
  ],
);

export const logLines = consoleSchema.table(
  "log_lines",
  {
    runId: bigint("run_id", { mode: "number" }).notNull(),
    seq: bigint("seq", { mode: "number" }).notNull(),
    at: at("at").notNull().default(sql`clock_timestamp()`),
    level: text("level").$type<"debug" | "info" | "warn" | "error">().notNull(),
    phase: text("phase"),
    message: text("message").notNull(),
  },
  (table) => [
    primaryKey({ name: "log_lines_pkey", columns: [table.runId, table.seq] }),
    foreignKey({ name: "log_lines_run_id_fkey", columns: [table.runId], foreignColumns: [runs.id] }).onDelete(
      "cascade",
    ),
  ],
);

/** Values that could not be represented: one row a table, key and field; the newest run that met it. */
export const setAside = consoleSchema.table(
  "set_aside",
  {
    runId: bigint("run_id", { mode: "number" }).notNull(),
    table: text("table_name").notNull(),
    key: text("key").notNull(),
    field: text("field").notNull(),
    reason: text("reason").notNull(),
    /** The offending scalar, at most 200 characters; null for a document. */
    value: text("value"),
  },
  (table) => [
    primaryKey({ name: "set_aside_pkey", columns: [table.runId, table.table, table.key, table.field] }),
    foreignKey({ name: "set_aside_run_id_fkey", columns: [table.runId], foreignColumns: [runs.id] }).onDelete(
      "cascade",
    ),
    index("set_aside_reason_idx").on(table.reason),
    // The list is read in this order, page by page, the newest reading of each value.
    index("set_aside_table_name_key_field_run_id_idx").on(table.table, table.key, table.field, table.runId),
  ],
);

/**
 * Inventory keys whose sessions changed in a committed batch and whose derived row is not yet computed anew.
 * Written and cleared in the transactions that do the work, so that a kill between the two loses nothing.
 */
export const touchedKeys = consoleSchema.table(
  "touched_keys",
  {
    inventory: text("inventory").$type<"asn_inventory" | "ip_inventory">().notNull(),
    key: text("key").notNull(),
  },
  (table) => [primaryKey({ name: "touched_keys_pkey", columns: [table.inventory, table.key] })],
);

/** Figures measured by a scan, kept so that no page view and no `status` ever scans the heap. */
export const measures = consoleSchema.table("measures", {
  name: text("name").primaryKey(),
  value: jsonb("value").notNull(),
  isExact: boolean("is_exact").notNull(),
  measuredAt: at("measured_at").notNull().default(sql`clock_timestamp()`),
});

export const ledgers = consoleSchema.table(
  "ledgers",
  {
    runId: bigint("run_id", { mode: "number" }).primaryKey(),
    before: jsonb("before").$type<LedgerCounts>().notNull(),
    after: jsonb("after").$type<LedgerCounts>(),
    /** Sampled sessions whose v15 columns differ although `updated_at` did not move: changed by us. */
    changed: bigint("changed", { mode: "number" }),
    deleted: bigint("deleted", { mode: "number" }),
  },
  (table) => [
    foreignKey({ name: "ledgers_run_id_fkey", columns: [table.runId], foreignColumns: [runs.id] }).onDelete("cascade"),
  ],
);

export const ledgerSamples = consoleSchema.table(
  "ledger_samples",
  {
    runId: bigint("run_id", { mode: "number" }).notNull(),
    sessionId: text("session_id").notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }),
    /** md5 over the v15 columns. */
    digest: text("digest").notNull(),
  },
  (table) => [
    primaryKey({ name: "ledger_samples_pkey", columns: [table.runId, table.sessionId] }),
    foreignKey({ name: "ledger_samples_run_id_fkey", columns: [table.runId], foreignColumns: [runs.id] }).onDelete(
      "cascade",
    ),
  ],
);

/**
 * What the webhook is told, each event once whichever process notices it, and what became of telling it. No foreign key: to make one
 * would lock `runs` against the run of another server.
 */
export const hookDeliveries = consoleSchema.table(
  "hook_deliveries",
  {
    /** What happened, e.g. `run-finished:7:3`: a second process that notices it finds the row. Stored: never rename. */
    key: text("key").primaryKey(),
    event: text("event").$type<HookEventName>().notNull(),
    runId: bigint("run_id", { mode: "number" }),
    /** The body as it is sent. */
    body: jsonb("body").notNull(),
    createdAt: at("created_at").notNull().default(sql`clock_timestamp()`),
    attempts: integer("attempts").notNull().default(0),
    /** Not before then; a process that is at it has moved it on. */
    nextAttemptAt: at("next_attempt_at").notNull().default(sql`clock_timestamp()`),
    deliveredAt: at("delivered_at"),
    /** It was tried for the last time then. */
    givenUpAt: at("given_up_at"),
    /** What the last try came to, e.g. `HTTP 503`. */
    lastError: text("last_error"),
  },
  (table) => [
    index("hook_deliveries_next_attempt_at_idx")
      .on(table.nextAttemptAt)
      .where(sql`delivered_at is null and given_up_at is null`),
  ],
);

/** One-time tokens that bind a reset confirmed in the web to the preview the operator saw. */
export const resetTokens = consoleSchema.table("reset_tokens", {
  /** sha256 of the token; the token itself is never stored. */
  digest: text("digest").primaryKey(),
  previewHash: text("preview_hash").notNull(),
  expiresAt: at("expires_at").notNull(),
  usedAt: at("used_at"),
});
