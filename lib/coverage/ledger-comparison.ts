import type { LedgerReport, LedgerRow } from "@/lib/contract";
import type { LedgerCounts, WholeFingerprint } from "@/lib/db/console-schema";

/** What became of the sampled sessions. Those that ingest updated or deleted are explained by that. */
export interface SampleFigures {
  sampled: number;
  /** v15 columns differ although `updated_at` did not move. */
  changed: number;
  updated: number;
  deleted: number;
}

/** Two readings of a ledger, side by side. */
export interface LedgerComparison extends Omit<LedgerReport, "runId"> {
  /** Sessions changed, and sessions taken away, in a way that ingest does not explain. */
  changed: number;
  deleted: number;
}

const number = (value: number) => value.toLocaleString("en-US");

/**
 * Compares two readings. Ingest explains new rows, sessions whose `updated_at` moved, and rows that were deleted;
 * it does not explain a session whose v15 columns differ although `updated_at` stood still, nor a table that was
 * truncated, replaced, or cannot be read any more. Pure.
 */
export function compareLedger(before: LedgerCounts, after: LedgerCounts, sample: SampleFigures): LedgerComparison {
  const whole = compareWhole(before.whole, after.whole);
  const lost = lostTables(before, after, sample);
  const counted = (figure: LedgerRow["figure"], table: string, from: number | null, to: number | null): LedgerRow => ({
    figure,
    before: from,
    after: to,
    explained: lost.some((name) => name === table) ? 0 : (to ?? 0) - (from ?? 0),
  });
  const fingerprinted = (figure: LedgerRow["figure"], of: number, touched: number, changed: number): LedgerRow => ({
    figure,
    before: of,
    after: of - touched - changed,
    explained: touched === 0 ? 0 : -touched,
  });
  const rows = [
    counted("sessions", "session_summaries", before.sessions, after.sessions),
    ...(before.withEnrichment === undefined
      ? []
      : [counted("with-enrichment", "session_summaries", before.withEnrichment, after.withEnrichment ?? null)]),
    counted("raw-events", "raw_events", before.rawEvents, after.rawEvents),
    ...(before.files === undefined ? [] : [counted("files", "files", before.files, after.files ?? null)]),
    fingerprinted("sampled", sample.sampled, sample.updated + sample.deleted, sample.changed),
    ...(whole === null ? [] : [fingerprinted("whole", whole.sessions, whole.touched, whole.different)]),
  ];
  const unexplained = [
    ...(sample.changed === 0
      ? []
      : [
          `${number(sample.changed)} of ${number(sample.sampled)} sampled sessions changed in their v15 columns although updated_at did not move`,
        ]),
    ...(whole === null || whole.differentGroups === 0
      ? []
      : [
          `of all sessions, in ${number(whole.differentGroups)} of ${number(whole.groups)} groups v15 columns changed although no updated_at moved`,
        ]),
    ...lost.map((table) => `${table} was truncated or replaced, or can no longer be read`),
  ];
  return {
    rows,
    unexplained,
    // Of a group that differs one session at least was changed.
    changed: Math.max(sample.changed, whole?.differentGroups ?? 0),
    deleted: lost.includes("session_summaries") ? before.sessions : 0,
  };
}

/** Tables whose rows went another way than by DELETE. */
function lostTables(before: LedgerCounts, after: LedgerCounts, sample: SampleFigures): string[] {
  const isEmptied: Record<string, boolean> = {
    session_summaries: sample.sampled > 0 && sample.deleted === sample.sampled,
    raw_events: after.rawEvents === 0,
    files: after.files === 0,
  };
  return Object.entries(before.tables ?? {}).flatMap(([name, was]) => {
    const is = after.tables?.[name];
    if (is?.oid === was.oid && is.file === was.file) return [];
    // VACUUM FULL and CLUSTER write a new file too, with every row in it.
    return is?.oid === was.oid && isEmptied[name] !== true ? [] : [name];
  });
}

/** Groups whose ids and times are the same must have the same v15 columns; in the others ingest was at work. */
function compareWhole(before: WholeFingerprint | undefined, after: WholeFingerprint | undefined) {
  if (before === undefined || after === undefined) return null;
  const now = new Map(after.groups.map((group) => [group.id, group]));
  const figures = { groups: before.groups.length, sessions: 0, touched: 0, different: 0, differentGroups: 0 };
  for (const group of before.groups) {
    const other = now.get(group.id);
    figures.sessions += group.sessions;
    if (other?.keys !== group.keys || other.sessions !== group.sessions) figures.touched += group.sessions;
    else if (other.rows !== group.rows) {
      figures.different += group.sessions;
      figures.differentGroups += 1;
    }
  }
  return figures;
}

const LABELS: Record<LedgerRow["figure"], string> = {
  sessions: "sessions",
  "with-enrichment": "sessions with enrichment",
  "raw-events": "raw events",
  files: "files",
  sampled: "fingerprints of sampled sessions",
  whole: "fingerprints of all sessions",
};

/** One line a figure that could be read: before, after, difference, and what ingest explains of it. Pure. */
export function ledgerLines(rows: readonly LedgerRow[]): string[] {
  const signed = (value: number) => (value > 0 ? `+${number(value)}` : number(value));
  return rows.flatMap(({ figure, before, after, explained }) => {
    if (before === null && after === null) return [];
    const difference = (after ?? 0) - (before ?? 0);
    const shown = (value: number | null) => (value === null ? "unknown" : number(value));
    const explanation = difference === 0 ? "" : `, explained by ingest ${signed(explained)}`;
    return [
      `Ledger: ${LABELS[figure]} ${shown(before)} before, ${shown(after)} after, difference ${signed(difference)}${explanation}`,
    ];
  });
}
