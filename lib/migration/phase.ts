import type { PhaseId } from "@/lib/contract";
import type { SweepShape } from "@/lib/enrichment/sweep-sql";
import type { Inspection } from "@/lib/inspection/inspection";

/** What the rows show beyond the catalog, read by scans that no page view makes. */
export interface Workload {
  /** Sessions not swept yet. */
  open: number;
  /** Swept sessions without an address for which the rules now give one exist. */
  hasRecoverable: boolean;
  /** ASNs and addresses of swept sessions without an inventory row. */
  missingAsns: number;
  missingIps: number;
  /** Inventory keys whose derived row is to be computed anew. */
  touchedAsns: number;
  touchedIps: number;
  /** Sessions in all. */
  sessions: number;
}

/** What one scan tells: of the sessions themselves, or of an inventory's keys in them. */
export type WorkloadPart = "sessions" | "asns" | "ips";

/** Everything a phase decides from. Pure data: no connection can be reached from here. */
export interface PlanContext {
  inspection: Inspection;
  workload: Workload;
  sweepShape: SweepShape;
  /** Views of others, by name, that the operator agreed to have dropped and made again identically. Default none. */
  recreatedDependents?: readonly string[];
}

interface StepBase {
  /** Effect and object. Stored: never rename. */
  id: string;
  /** Log lines at the start of the work. */
  announce: string[];
  /** Log line after it. */
  confirm: string | null;
  /** Strongest table lock taken, in PostgreSQL's words. */
  lock: string | null;
  /** Rows it will touch, when known. */
  rows: number | null;
  /**
   * `structure` steps make objects that a sweep may need as parents; they can run ahead of the sweep.
   * `data` steps fill or finish.
   */
  part: "structure" | "data";
}

/** One statement on its own, outside any transaction, so that CONCURRENTLY works. Blocks nobody. */
export interface StatementStep extends StepBase {
  kind: "statement";
  sql: string;
  /** Clears what a failed try leaves behind, before the next one: a cancelled concurrent build leaves an invalid index. */
  undo: string | null;
}

/** Statements that belong together, under the short lock timeout. */
export interface TransactionStep extends StepBase {
  kind: "transaction";
  sql: string[];
  /** The same work in so many parts, which touch different rows: each a transaction of its own, side by side. */
  divide?: (parts: number) => string[][];
}

/** Bounded, committed batches over page ranges of `session_summaries` until nothing is left. */
export interface SweepStep extends StepBase {
  kind: "sweep";
  shape: SweepShape;
  /** False: swept sessions without an address were read a moment ago, and none of them has one now. */
  takesRecoverable: boolean;
  /** False: no session is left to sweep; the step says so and reads none. */
  isNeeded: boolean;
  /** Sessions in all; those that are not among `rows` are swept already. For the progress. */
  sessions: number;
}

export type Step = StatementStep | TransactionStep | SweepStep;

/** A named stage: decides from the database what is still to do. */
export interface Phase {
  id: PhaseId;
  /** The first log line of the phase, printed in every run. */
  opening: string;
  /** Of the workload, what a run reads anew before the phase; the rest stands as the run last saw it. */
  reads: readonly WorkloadPart[];
  /** Steps still to do, in order. Pure. Empty when everything is in place. */
  plan: (context: PlanContext) => Step[];
  /** The guide's other log lines, in order, and what each makes: said to be in place where this run did not make it. */
  guide: readonly { line: string; object: string }[];
}
