/**
 * Wire shapes shared by server, browser and CLI. Other programs parse them: a field is never renamed or dropped.
 * Times are ISO 8601 UTC with milliseconds and `Z`; durations are milliseconds unless the name says seconds.
 */
import { z } from "zod";

export const PHASE_IDS = ["source-ip", "asn-inventory", "ip-inventory", "session-snapshots", "foreign-keys"] as const;
export const phaseId = z.enum(PHASE_IDS);
export type PhaseId = z.infer<typeof phaseId>;

export const RUN_KINDS = ["migrate", "catch-up", "reset", "verify"] as const;
export const runKind = z.enum(RUN_KINDS);
export type RunKind = z.infer<typeof runKind>;

export const RUN_STATUSES = [
  "queued",
  "running",
  "pausing",
  "paused",
  "cancelling",
  "cancelled",
  "interrupted",
  "failed",
  "succeeded",
] as const;
export const runStatus = z.enum(RUN_STATUSES);
export type RunStatus = z.infer<typeof runStatus>;

/** Statuses in which a run holds the database: at most one such run exists. */
export const ACTIVE_STATUSES = ["queued", "running", "pausing", "paused", "cancelling"] as const satisfies RunStatus[];

/** Pace of a run: how much of its time it works, and how large its batches are. */
export const SPEEDS = ["gentle", "normal", "fast"] as const;
export const speed = z.enum(SPEEDS);
export type Speed = z.infer<typeof speed>;

/** Connections that a sweep may use at once. */
export const MOST_WORKERS = 16;
export const workers = z.number().int().min(1).max(MOST_WORKERS);

const time = z.iso.datetime({ precision: 3 });
const count = z.number().int().nonnegative();

// ── status ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export const FINDING_KINDS = [
  "missing-table",
  "missing-column",
  "not-generated",
  "wrong-expression",
  "wrong-type",
  "wrong-nullability",
  "wrong-default",
  "missing-index",
  "invalid-index",
  "different-index",
  "missing-constraint",
  "different-constraint",
  "unvalidated-constraint",
  "missing-function",
  "different-function",
  "missing-grant",
  "extra-object",
  "dependent-object",
  "open-rows",
  "wrong-version",
  "hazard",
] as const;

export const finding = z.object({
  /** `kind:object`, stable between readings. */
  id: z.string(),
  kind: z.enum(FINDING_KINDS),
  severity: z.enum(["info", "warning", "error"]),
  /** Null for what no phase owns. */
  phase: phaseId.nullable(),
  object: z.string(),
  declared: z.string().nullable(),
  live: z.string().nullable(),
  message: z.string(),
  remedy: z.string(),
});
export type Finding = z.infer<typeof finding>;

export const phaseStatus = z.object({
  number: z.number().int().min(1).max(5),
  id: phaseId,
  title: z.string(),
  state: z.enum(["pending", "partial", "blocked", "complete"]),
  objects: z.object({ done: count, total: count }),
  /** Null while the column it counts does not exist. `exact` false: from statistics. */
  rows: z.object({ done: count, total: count, exact: z.boolean(), measuredAt: time.nullable() }).nullable(),
  findings: z.array(z.string()),
});
export type PhaseStatus = z.infer<typeof phaseStatus>;

export const activeRun = z.object({
  id: count,
  kind: runKind,
  status: runStatus,
  phase: phaseId.nullable(),
  startedAt: time,
  startedBy: z.string(),
});
export type ActiveRun = z.infer<typeof activeRun>;

export const databaseAddress = z.object({
  name: z.string(),
  host: z.string(),
  port: z.number().int(),
  user: z.string(),
  schema: z.string(),
  /** Server version as PostgreSQL prints it, e.g. `18.4`. */
  server: z.string(),
});

export const status = z.object({
  database: databaseAddress,
  version: z.object({
    recorded: z.string().nullable(),
    observed: z.enum(["v15", "partial", "v16"]).nullable(),
    target: z.literal(16),
  }),
  verdict: z.enum(["ready", "partial", "migrated", "drifted", "unsupported"]),
  /** The reason, when `verdict` is `unsupported`. */
  message: z.string().nullable(),
  phases: z.array(phaseStatus),
  findings: z.array(finding),
  activeRun: activeRun.nullable(),
});
export type Status = z.infer<typeof status>;

// ── plan, reset, verify, runs, logs, set aside, demo ────────────────────────────────────────────────────────────────

export const plannedStep = z.object({
  /** Effect and object, e.g. `create-index:public.session_summaries.idx_session_source_ip`. Stored: never rename. */
  id: z.string(),
  phase: phaseId,
  kind: z.enum(["statement", "transaction", "sweep"]),
  /** Exactly what PostgreSQL is sent, in order; psql can run it. */
  sql: z.array(z.string()),
  /** Strongest table lock taken, in PostgreSQL's words. */
  lock: z.string().nullable(),
  rows: count.nullable(),
  /** An estimate; null where nothing is known to draw one from. */
  seconds: z.number().nonnegative().nullable(),
  /** What the log of the run will say of it. */
  log: z.array(z.string()).optional(),
});
export type PlannedStep = z.infer<typeof plannedStep>;

export const plan = z.object({ steps: z.array(plannedStep) });
export type Plan = z.infer<typeof plan>;

export const resetPreview = z.object({
  database: z.string(),
  /** Fingerprint of everything below; `--expect` and the web confirmation are bound to it. */
  hash: z.string(),
  objects: z.array(
    z.object({
      kind: z.enum(["table", "column", "index", "constraint", "function"]),
      object: z.string(),
      rows: count.nullable(),
      bytes: count.nullable(),
      rebuildable: z.boolean(),
    }),
  ),
  /** Rows the application wrote, which no run can derive again. */
  lost: z.array(z.object({ object: z.string(), rows: count })),
  dependents: z.array(z.object({ kind: z.string(), object: z.string(), definition: z.string() })),
  sql: z.array(z.string()),
});
export type ResetPreview = z.infer<typeof resetPreview>;

export const GATE_IDS = ["ip-coverage", "api-reduction", "zero-data-loss", "query-performance"] as const;

export const gate = z.object({
  id: z.enum(GATE_IDS),
  threshold: z.number(),
  value: z.number().nullable(),
  /** Null: unknown, which is not passed. */
  passed: z.boolean().nullable(),
  detail: z.string(),
});
export type Gate = z.infer<typeof gate>;

export const coverage = z.object({
  measuredAt: time,
  exact: z.boolean(),
  sessions: z.object({
    total: count,
    open: count,
    recoverable: count.nullable(),
    withSourceIp: count,
    withAsn: count,
    withCountry: count,
    withIpTypes: count,
    lastHour: z.object({ total: count, open: count }),
  }),
  inventory: z.object({ ips: count, ipsWithCountry: count, ipsWithAsn: count, ipsWithBoth: count, asns: count }),
  apiReduction: z.number().nullable(),
  setAside: z.array(z.object({ reason: z.string(), count })),
  gates: z.array(gate),
  ledger: z.object({
    runId: count.nullable(),
    sessionsBefore: count.nullable(),
    sessionsAfter: count.nullable(),
    changed: count.nullable(),
    deleted: count.nullable(),
  }),
});
export type Coverage = z.infer<typeof coverage>;

export const verification = z.object({
  verdict: status.shape.verdict,
  observed: status.shape.version.shape.observed,
  findings: z.array(finding),
  coverage,
  deep: z.object({ compared: count, different: count }).nullable(),
});
export type Verification = z.infer<typeof verification>;

export const runSummary = z.object({
  id: count,
  kind: runKind,
  status: runStatus,
  startedAt: time,
  finishedAt: time.nullable(),
  startedBy: z.string(),
});
export type RunSummary = z.infer<typeof runSummary>;

export const runList = z.object({ runs: z.array(runSummary) });

/** How a run stands after `pause`, `resume`, `cancel` or `speed`. */
export const runChange = z.object({ run: runSummary });
export type RunChange = z.infer<typeof runChange>;

export const setAsideList = z.object({
  values: z.array(
    z.object({
      table: z.string(),
      key: z.string(),
      field: z.string(),
      reason: z.string(),
      /** The offending scalar, at most 200 characters; null for a whole document. */
      value: z.string().nullable(),
    }),
  ),
});

export const demoResult = z.object({ database: z.string(), sessions: count, skippedLines: count });

// ── events of a run ─────────────────────────────────────────────────────────────────────────────────────────────────

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** What a failure says: SQLSTATE, PostgreSQL's message, the whole statement, what to do. Never row content. */
export const runError = z.object({
  sqlstate: z.string().nullable(),
  message: z.string(),
  statement: z.string().nullable(),
  remedy: z.string().nullable(),
});
export type RunError = z.infer<typeof runError>;

const eventPhase = { phase: phaseId.nullable() };

export const logEvent = z.object({
  type: z.literal("log"),
  /** Gapless within a run, from 1. */
  seq: z.number().int().positive(),
  at: time,
  level: z.enum(LOG_LEVELS),
  ...eventPhase,
  message: z.string(),
});
export type LogEvent = z.infer<typeof logEvent>;

export const progressEvent = z.object({
  type: z.literal("progress"),
  ...eventPhase,
  done: count.nullable(),
  total: count.nullable(),
  rowsPerSecond: z.number().nonnegative().nullable(),
  etaSeconds: z.number().nonnegative().nullable(),
  /** As in `runDetail`. */
  slowBecause: z.string().nullable(),
});
export type ProgressEvent = z.infer<typeof progressEvent>;

export const runEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("run-started"), runId: z.number().int().positive(), kind: runKind, resumed: z.boolean() }),
  z.object({ type: z.literal("phase-started"), ...eventPhase }),
  logEvent,
  progressEvent,
  z.object({ type: z.literal("phase-finished"), ...eventPhase, durationMs: count, rows: count }),
  z.object({
    type: z.literal("run-finished"),
    runId: z.number().int().positive(),
    status: z.enum(["succeeded", "failed", "cancelled", "interrupted"]),
    durationMs: count,
    error: runError.nullable(),
  }),
]);
export type RunEvent = z.infer<typeof runEvent>;

// ── one run, as the web shows it ────────────────────────────────────────────────────────────────────────────────────

export const runPhase = z.object({
  id: phaseId,
  title: z.string(),
  /** `waiting`: not begun in this run. */
  state: z.enum(["waiting", "running", "complete", "failed"]),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  durationMs: count.nullable(),
  rows: count.nullable(),
  done: count.nullable(),
  total: count.nullable(),
  rowsPerSecond: z.number().nullable(),
  etaSeconds: z.number().nullable(),
});
export type RunPhase = z.infer<typeof runPhase>;

/** A session of the database that holds what a run waits for. `query` without its literals, shortened. */
export const blocker = z.object({
  pid: z.number().int(),
  user: z.string().nullable(),
  application: z.string().nullable(),
  /** As `pg_stat_activity` says, e.g. `idle in transaction`. */
  state: z.string().nullable(),
  /** Begin of its transaction. */
  since: time.nullable(),
  query: z.string().nullable(),
});
export type Blocker = z.infer<typeof blocker>;

/** A blocker as it is right now, read anew before it is ended from the console. */
export const blockerPreview = blocker.extend({
  /** Begin of its connection in PostgreSQL's words: with the pid it names this session and none that comes later. */
  connectedAt: z.string(),
});
export type BlockerPreview = z.infer<typeof blockerPreview>;

/** What a run waits for: its step, since when, and who is in the way. */
export const waiting = z.object({ step: z.string(), since: time, blockers: z.array(blocker) });
export type Waiting = z.infer<typeof waiting>;

/** The `run` snapshot that opens every event stream, and the read model of the run page. */
export const runDetail = runSummary.extend({
  /** Why an interrupted run stopped: `shutdown` graceful, `lost` the process went away. */
  cause: z.enum(["shutdown", "lost"]).nullable(),
  phase: phaseId.nullable(),
  durationMs: count.nullable(),
  /** Why it failed or was interrupted, or why it paused by itself. */
  error: runError.nullable(),
  phases: z.array(runPhase),
  lastSeq: count,
  /** Queued for more than 10 s and no worker took it. */
  isUnclaimed: z.boolean(),
  speed,
  /** Connections that a sweep is to use at once; null: as the process that executes the run is set. */
  workers: workers.nullable(),
  /** Why the sweep makes room for others right now, e.g. `a replica is 12 s behind (limit 10 s)`; null: it does not. */
  slowBecause: z.string().nullable(),
  /** End of the maintenance window, at which the run pauses by itself; null: none. */
  until: time.nullable(),
  /** Null while nothing is in its way. */
  waiting: waiting.nullable(),
  setAside: z.array(z.object({ reason: z.string(), count })),
});
export type RunDetail = z.infer<typeof runDetail>;

// ── webhook ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const hookRun = z.object({
  id: z.number().int().positive(),
  kind: runKind,
  status: runStatus,
  /** Of an interrupted run. */
  cause: z.enum(["shutdown", "lost"]).nullable(),
  startedBy: z.string(),
  startedAt: time,
  finishedAt: time.nullable(),
  /** Page of the run, where the console has a public origin. */
  url: z.string().nullable(),
});

const hookHead = {
  /** The same however often an event is sent. */
  id: z.string(),
  at: time,
  database: z.string(),
};

/** What the webhook is sent: ids, counts and states, no statement, no message of an error, no row. */
export const hookEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("run-finished"), ...hookHead, run: hookRun, sqlstate: z.string().nullable() }),
  z.object({
    event: z.literal("run-blocked"),
    ...hookHead,
    run: hookRun,
    step: z.string(),
    since: time,
    blockers: z.array(blocker.omit({ query: true })),
  }),
  z.object({
    event: z.literal("gate-changed"),
    ...hookHead,
    gate: gate.omit({ detail: true }),
    /** What it was before. */
    before: z.boolean().nullable(),
    measuredAt: time,
  }),
]);
export type HookEvent = z.infer<typeof hookEvent>;
export type HookEventName = HookEvent["event"];

// ── runs page ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Medians over the newest earlier runs of the same kind that succeeded. */
const usual = z.object({
  runs: count,
  durationMs: z.number().nonnegative(),
  rows: z.number().nonnegative().nullable(),
});
export type Usual = z.infer<typeof usual>;

/** A run beside earlier ones; `usual` is null where none of its kind succeeded before. Durations contain pauses. */
export const comparedRun = runSummary.extend({
  cause: z.enum(["shutdown", "lost"]).nullable(),
  /** The phase that failed, or that was under way when the run stopped. */
  phase: phaseId.nullable(),
  error: runError.nullable(),
  usual: usual.nullable(),
  /** Those that began in this run, in order. */
  phases: z.array(
    runPhase
      .pick({ id: true, title: true, state: true, durationMs: true, rows: true })
      .extend({ usual: usual.nullable() }),
  ),
});
export type ComparedRun = z.infer<typeof comparedRun>;

export const RUN_OUTCOMES = ["succeeded", "failed", "cancelled", "interrupted", "under-way"] as const;
export type RunOutcomeName = (typeof RUN_OUTCOMES)[number];

/** `GET /api/runs/history`: a page of the journal, newest first. */
export const runHistory = z.object({
  runs: z.array(comparedRun),
  /** Runs in all, and those that the filter lets through. */
  total: count,
  matching: count,
  /** `before` of the next page; null on the last one. */
  next: count.nullable(),
});
export type RunHistory = z.infer<typeof runHistory>;

// ── schema page ─────────────────────────────────────────────────────────────────────────────────────────────────────

const objectState = z.enum([
  "as-declared",
  "planned",
  "missing",
  "different",
  "invalid",
  "not-validated",
  "extra",
  "v15",
]);

/** A concurrent build under way, as `pg_stat_progress_create_index` tells it. */
export const indexBuild = z.object({
  pid: z.number().int(),
  since: time,
  /** Stage in PostgreSQL's words, e.g. `building index: scanning table`. */
  stage: z.string(),
  /** What `done` and `total` count within that stage; `sessions` are those it waits for. */
  unit: z.enum(["blocks", "tuples", "sessions"]),
  done: count,
  total: count,
  /** The session it waits for. */
  waitsFor: z.number().int().nullable(),
});
export type IndexBuild = z.infer<typeof indexBuild>;

export const schemaReport = z.object({
  tables: z.array(
    z.object({
      name: z.string(),
      /** 1 ASN, 2 address, 3 session; null for the rest. */
      tier: z.number().int().min(1).max(3).nullable(),
      exists: z.boolean(),
      /** Estimate of the planner; null when the table is absent or never analysed. */
      rows: count.nullable(),
      bytes: count.nullable(),
      columns: z.array(
        z.object({
          name: z.string(),
          declared: z.string().nullable(),
          live: z.string().nullable(),
          isGenerated: z.boolean(),
          state: objectState,
          remedy: z.string().nullable(),
        }),
      ),
    }),
  ),
  indexes: z.array(
    z.object({
      name: z.string(),
      table: z.string(),
      declared: z.string().nullable(),
      live: z.string().nullable(),
      state: objectState,
      remedy: z.string().nullable(),
      /** Absent: nobody is building it now. */
      build: indexBuild.optional(),
    }),
  ),
  constraints: z.array(
    z.object({
      name: z.string(),
      table: z.string(),
      declared: z.string().nullable(),
      live: z.string().nullable(),
      state: objectState,
      remedy: z.string().nullable(),
    }),
  ),
  functions: z.array(z.object({ name: z.string(), state: objectState, remedy: z.string().nullable() })),
  dependents: z.array(z.object({ kind: z.string(), object: z.string(), on: z.string(), definition: z.string() })),
});
export type SchemaReport = z.infer<typeof schemaReport>;
export type ObjectState = z.infer<typeof objectState>;

/** Five rows of `ip_inventory`, as the recovery guide asks for. */
export const inventorySample = z.array(
  z.object({
    ipAddress: z.string(),
    geoCountry: z.string().nullable(),
    ipTypes: z.array(z.string()).nullable(),
    currentAsn: z.number().int().nullable(),
    sessionCount: z.number().int().nullable(),
    isScanner: z.boolean().nullable(),
    lastSeen: time.nullable(),
  }),
);
export type InventorySample = z.infer<typeof inventorySample>;

/** `GET /api/plan/outlook`: what a run would say before its first step, a line each: hazards, disk, types, census. */
export const planOutlook = z.object({ lines: z.array(z.string()) });
export type PlanOutlook = z.infer<typeof planOutlook>;

// ── refusals ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The last four are the web's: who asks is unknown, may not, has to prove it is still them, or asks too often. */
export const REFUSAL_CODES = [
  "usage",
  "unreachable",
  "not-eligible",
  "active-run",
  "unauthenticated",
  "forbidden",
  "unconfirmed",
  "too-many",
] as const;

export const refusal = z.object({
  error: z.object({
    code: z.enum(REFUSAL_CODES),
    message: z.string(),
    remedy: z.string(),
    activeRun: activeRun.nullable(),
  }),
});
export type Refusal = z.infer<typeof refusal>;

// ── event stream of a run ───────────────────────────────────────────────────────────────────────────────────────────

/** Data of the `end` event, after which the server closes the stream: the run holds the database no more. */
export const runEnd = z.object({ status: runStatus, error: runError.nullable() });
export type RunEnd = z.infer<typeof runEnd>;

/**
 * Data of each event of `GET /api/runs/:id/events`. `run` is a whole snapshot and comes first and whenever status,
 * error or set-aside figures change; `phase` is a phase whose state changed, `progress` only its figures; `id:` is
 * sent with `log` alone and is its `seq`.
 */
export const streamEvent = {
  run: runDetail,
  log: logEvent,
  progress: progressEvent,
  phase: runPhase,
  end: runEnd,
} as const;

/** First line of `reset --confirm --json`: what the run that follows drops. */
export const resetPreviewEvent = resetPreview.extend({ type: z.literal("preview") });
export type ResetPreviewEvent = z.infer<typeof resetPreviewEvent>;

// ── what the browser is given ───────────────────────────────────────────────────────────────────────────────────────

/** Result of a read or a server action: the value, or why it was refused. Both are shown; neither is an exception. */
export type Answer<T> = { ok: true; value: T } | { ok: false; refusal: Refusal["error"] };

export const LEDGER_FIGURES = ["sessions", "with-enrichment", "raw-events", "files", "sampled", "whole"] as const;

/** One figure of the honeypot data before and after a run; null where it could not be read. */
export const ledgerRow = z.object({
  /** `sampled` and `whole` count sessions whose v15 columns were fingerprinted, and those that are still the same. */
  figure: z.enum(LEDGER_FIGURES),
  before: count.nullable(),
  after: count.nullable(),
  /** The part of the difference that ingest and the application account for. */
  explained: z.number().int(),
});
export type LedgerRow = z.infer<typeof ledgerRow>;

/** The newest ledger that was closed, side by side; a sentence for each difference that nothing explains. */
export const ledgerReport = z.object({ runId: count, rows: z.array(ledgerRow), unexplained: z.array(z.string()) });
export type LedgerReport = z.infer<typeof ledgerReport>;

/** `GET /api/coverage`: what the Coverage page shows. `ledger` is null before the first run. */
export const coveragePage = z.object({ coverage, sample: inventorySample, ledger: ledgerReport.nullable() });
export type CoveragePage = z.infer<typeof coveragePage>;

// ── details of the Coverage page ────────────────────────────────────────────────────────────────────────────────────

/** The snapshot's columns, in the order of the page. */
export const SNAPSHOT_COLUMNS = [
  "source_ip",
  "enrichment_at",
  "snapshot_asn",
  "snapshot_country",
  "snapshot_ip_types",
] as const;
const snapshotColumn = z.enum(SNAPSHOT_COLUMNS);

/** Why sessions have no value in a column. The parts and `filled` make all sessions. */
export const columnCauses = z.object({
  column: snapshotColumn,
  filled: count,
  /** Swept without a value that the rules now give; null: not counted. */
  recoverable: count.nullable(),
  setAside: count,
  /** Swept, and no source names a value; while `recoverable` is null those are among them. */
  absent: count,
  open: count,
});
export type ColumnCauses = z.infer<typeof columnCauses>;

/** Sessions that began in a month of UTC: swept with a country, swept without one (XX), open. */
export const coverageMonth = z.object({
  /** `2025-03`; `earlier`: all before the months listed; `undated`: no date, or one in the future. */
  month: z.string(),
  withCountry: count,
  withoutCountry: count,
  open: count,
});
export type CoverageMonth = z.infer<typeof coverageMonth>;

/** What one scan of the sessions tells besides `coverage`; kept, and counted anew rarely. */
export const coverageFigures = z.object({
  measuredAt: time,
  sessions: count,
  columns: z.array(columnCauses),
  months: z.array(coverageMonth),
  /** A day before which nearly all sessions without a country began, and few others; `share` of them. Null: no such day. */
  withoutCountryBefore: z.object({ day: z.iso.date(), share: z.number() }).nullable(),
  /** The largest by sessions, and how many there are. */
  asns: z.object({
    total: count,
    top: z.array(z.object({ asn: count, organization: z.string().nullable(), sessions: count })),
  }),
  /** `XX` stands for none and is not in `total`. */
  countries: z.object({ total: count, top: z.array(z.object({ country: z.string(), sessions: count })) }),
});
export type CoverageFigures = z.infer<typeof coverageFigures>;

/** One place that a value was read from, and of how many sessions. */
export const valueSource = z.object({
  /** As the document has it, e.g. `dshield.ip.number`; `session.<address>`, `first raw event`, or a column's name. */
  path: z.string(),
  /** Of those, the sessions whose document has it at its top level; null where that makes no difference. */
  flat: count.nullable(),
  /** The same, under the entry of the session's own address. */
  nested: count.nullable(),
  sessions: count,
});

/** Which source gave each value: counted by `verify --deep`, which reads every document. */
export const coverageSources = z.object({
  measuredAt: time,
  /** Swept sessions, whose documents were read. */
  sessions: count,
  columns: z.array(
    z.object({
      column: snapshotColumn,
      /** In order of preference. */
      sources: z.array(valueSource),
      /** Held from before, or read from a document that says otherwise by now. */
      kept: count,
      recoverable: count,
    }),
  ),
});
export type CoverageSources = z.infer<typeof coverageSources>;

/** What ingest wrote in the last hour, by five minutes, the oldest first. */
export const newestHour = z.object({
  measuredAt: time,
  slots: z.array(z.object({ from: time, total: count, open: count })),
});
export type NewestHour = z.infer<typeof newestHour>;

export const GUIDE_CHECKS = ["schema-version", "asns", "addresses", "sessions-with-address", "sample"] as const;

/** `GET /api/coverage/detail`: what the Coverage page shows besides `GET /api/coverage`. */
export const coverageDetail = z.object({
  /** Null until counted. */
  figures: coverageFigures.nullable(),
  /** Null until the first `verify --deep` since the last reset. */
  sources: coverageSources.nullable(),
  newestHour: newestHour.nullable(),
  /** The figures are being counted anew: ask again in a moment. */
  isBeingCounted: z.boolean(),
  /** The recovery guide's "testing after recovery", each as SQL that psql can run. */
  guide: z.array(z.object({ check: z.enum(GUIDE_CHECKS), sql: z.string() })),
});
export type CoverageDetail = z.infer<typeof coverageDetail>;

/** `GET /api/ledger`: the ledger alone, without the figures of coverage. Null before the first run that closed one. */
export const ledgerAnswer = z.object({ ledger: ledgerReport.nullable() });
export type LedgerAnswer = z.infer<typeof ledgerAnswer>;

/**
 * `GET /api/pulse`: the newest run, read every other second by each page, so that what happens elsewhere is seen at once.
 * Always 200: that it comes says that the console is there.
 */
export const pulse = z.object({ run: runSummary.pick({ id: true, kind: true, status: true }).nullable() });
export type Pulse = z.infer<typeof pulse>;

/** What a database has to be before anything can be done with it, in the order in which it is looked at. */
export const ELIGIBILITY_IDS = ["settings", "connection", "server", "tables", "version", "writable", "rights"] as const;

/** One of those, and what was found. */
export const eligibilityItem = z.object({
  id: z.enum(ELIGIBILITY_IDS),
  needed: z.string(),
  /** `waiting`: what comes before it has to be mended first. */
  state: z.enum(["met", "failed", "waiting"]),
  /** Null while it waits. */
  found: z.string().nullable(),
  /** The exact thing to do; null unless it failed. */
  remedy: z.string().nullable(),
});
export type EligibilityItem = z.infer<typeof eligibilityItem>;

/** `GET /api/eligibility`: for the page of a database that cannot be worked on. */
export const eligibilityReport = z.object({ items: z.array(eligibilityItem) });
export type EligibilityReport = z.infer<typeof eligibilityReport>;

// ── operators ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** What an operator may do, each including the one before: see everything; run, pause, cancel; reset, operators. */
export const ROLES = ["viewer", "operator", "admin"] as const;
export const role = z.enum(ROLES);
export type Role = z.infer<typeof role>;

/** Whether somebody who holds one role may do what another one is asked for. Pure. */
export function includesRole(held: Role, asked: Role): boolean {
  return ROLES.indexOf(held) >= ROLES.indexOf(asked);
}

/** Somebody who may sign in. */
export const operator = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role,
  /** Null while the operator may sign in. */
  disabledAt: time.nullable(),
  hasPassword: z.boolean(),
  hasTwoFactor: z.boolean(),
  /** Sessions that are alive now. */
  sessions: count,
  /** Last use of one of them; null where there is none. */
  seenAt: time.nullable(),
});
export type Operator = z.infer<typeof operator>;

/** `tidemark operator list --json`. */
export const operatorList = z.object({ operators: z.array(operator) });

/** `tidemark operator add|reset-password --json`: the one-time link under which the operator sets a password. */
export const operatorLink = z.object({ operator, link: z.string(), expiresAt: time });

/** `tidemark operator disable --json`. */
export const operatorChange = z.object({ operator });

// ── connection and audit ────────────────────────────────────────────────────────────────────────────────────────────

/**
 * How the connection to the database is protected: `local`, it leaves no machine; `verified`, TLS with a certificate
 * that was checked; `unverified`, TLS with any certificate; `off`, in the clear over a network.
 */
export const tlsMode = z.enum(["local", "verified", "unverified", "off"]);
export type TlsMode = z.infer<typeof tlsMode>;

/** `GET /api/connection`: under which rights, and how protected, the console speaks to its database. */
export const connectionReport = z.object({
  tls: tlsMode,
  role: z.string(),
  isSuperuser: z.boolean(),
  /** The role of what only reads; null where it is the same. */
  readRole: z.string().nullable(),
  /** What is less safe than it could be, each with its remedy. */
  warnings: z.array(z.object({ message: z.string(), remedy: z.string() })),
});
export type ConnectionReport = z.infer<typeof connectionReport>;

/** How something that was asked for ended: it was done, turned down, or went wrong. */
export const AUDIT_OUTCOMES = ["done", "refused", "failed"] as const;
export const auditOutcome = z.enum(AUDIT_OUTCOMES);
export type AuditOutcome = z.infer<typeof auditOutcome>;

/** One line of the audit. */
export const auditEvent = z.object({
  id: count,
  at: time,
  /** Who: an operator's e-mail, or what is known of whoever it was. */
  actor: z.string(),
  role: role.nullable(),
  /** From which address; null for what happened on the machine itself. */
  address: z.string().nullable(),
  /** What, in words of its own: `run-migration`, `sign-in`. */
  action: z.string(),
  runId: count.nullable(),
  outcome: auditOutcome,
  /** Why it was turned down or went wrong, or what about it is worth knowing. */
  detail: z.string().nullable(),
  /** sha256 of what was typed to confirm it. */
  confirmation: z.string().nullable(),
});
export type AuditEvent = z.infer<typeof auditEvent>;

// ── command line ────────────────────────────────────────────────────────────────────────────────────────────────────

/** What `tidemark doctor` looks at, in this order. */
export const DOCTOR_IDS = [
  "node",
  "settings",
  "secret",
  "network",
  "home",
  "web",
  "connection",
  "transport",
  "direct",
  "server",
  "tables",
  "version",
  "writable",
  "rights",
  "role",
  "reader",
  "console-tables",
  "hazards",
  "run",
] as const;

/** One thing that was looked at; several for one id where there is more to say. */
export const doctorCheck = z.object({
  id: z.enum(DOCTOR_IDS),
  /** `skipped`: what comes before it has to be mended first. */
  state: z.enum(["ok", "warning", "error", "skipped"]),
  found: z.string(),
  /** What to do; null where nothing is to be done. */
  remedy: z.string().nullable(),
});
export type DoctorCheck = z.infer<typeof doctorCheck>;

/** `tidemark doctor --json`. */
export const doctorReport = z.object({ checks: z.array(doctorCheck) });
export type DoctorReport = z.infer<typeof doctorReport>;

/** `tidemark web --check --json`; `status` of the answer is null without one. */
export const webCheck = z.object({ url: z.string(), isUp: z.boolean(), status: z.number().int().nullable() });
export type WebCheck = z.infer<typeof webCheck>;

/** `tidemark completion --json`. */
export const completionScript = z.object({ shell: z.enum(["bash", "zsh", "fish"]), script: z.string() });
export type CompletionScript = z.infer<typeof completionScript>;
