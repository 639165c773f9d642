import { z } from "zod";
import { count, time } from "@/lib/contract/scalars";
import { phaseId, runKind, runStatus } from "@/lib/contract/words";

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
  /** Null while the column it counts does not exist, or nothing tells how many there are. `exact` false: from statistics. */
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
