import type { Finding } from "@/lib/contract";
import { qualify } from "@/lib/db/identifier";
import type { Inspected } from "@/lib/inspection/inspected";
import type { Measures } from "@/lib/inspection/measures";

/** Share of all sessions from which on open ones mean that v16 is not real: the failure that started it all. */
export const MOST_OPEN = 0.1;

/** Share of the last hour's sessions from which on ingest seems to have lost its enrichment. */
const MOST_OPEN_LAST_HOUR = 0.05;

/** How many sessions there are and how many are open. */
export interface OpenRows {
  total: number;
  open: number;
  /** False: from statistics. */
  isExact: boolean;
  measuredAt: string | null;
  lastHour: { total: number; open: number } | null;
}

/** By the last exact measure, else by the statistics of `enrichment_at`; without any, every session counts as open. */
export function countOpenRows(inspection: Inspected, measures: Measures | null): OpenRows {
  const isMarked = hasMark(inspection);
  if (measures?.exact) {
    return {
      total: measures.sessionsTotal,
      open: isMarked ? measures.sessionsOpen : measures.sessionsTotal,
      isExact: true,
      measuredAt: measures.measuredAt,
      lastHour: isMarked ? { total: measures.lastHourTotal, open: measures.lastHourOpen } : null,
    };
  }
  const { sessions, openFraction } = inspection.estimates;
  return {
    total: sessions,
    open: isMarked ? Math.round(sessions * (openFraction ?? 1)) : sessions,
    isExact: false,
    measuredAt: null,
    lastHour: null,
  };
}

/** The finding about open sessions, if there are any. */
export function openRowsFinding(
  inspection: Inspected,
  rows: OpenRows,
  phase: { version: number; isBegun: boolean },
): Finding[] {
  // From 16 on a missing enrichment_at is an error of its own and says it all.
  if (rows.open === 0 || (phase.version >= 16 && !hasMark(inspection))) return [];
  const object = qualify(inspection.live.schema, "session_summaries");
  const count = (value: number) => value.toLocaleString("en-US");
  const severity = severityOf(rows, phase);
  // So many that version 16 was not reached: then there is no catch-up yet.
  const isMigrations = phase.version < 16 || severity === "error";
  return [
    {
      id: `open-rows:${object}`,
      kind: "open-rows",
      severity,
      phase: "source-ip",
      object,
      declared: "0 open sessions",
      live: `${count(rows.open)} of ${count(rows.total)} open${rows.isExact ? "" : ", estimated"}`,
      message: describeOpen(rows),
      remedy: isMigrations
        ? "The sweep of phase 1 fills them; the migration runs it."
        : "A catch-up sweeps them while ingest goes on.",
    },
  ];
}

function describeOpen({ open, total, isExact }: OpenRows): string {
  // Without any statistics every session counts as open.
  if (open === total) return `No session has been swept yet${isExact ? "" : ", by estimate"}.`;
  const counted = `${open.toLocaleString("en-US")} of ${total.toLocaleString("en-US")}`;
  return `${isExact ? "" : "About "}${counted} sessions have no snapshot yet.`;
}

function severityOf(rows: OpenRows, phase: { version: number; isBegun: boolean }): Finding["severity"] {
  if (phase.version < 16) return phase.isBegun ? "error" : "info";
  if (rows.open > MOST_OPEN * rows.total) return "error";
  const isHourOpen = rows.lastHour !== null && rows.lastHour.open > MOST_OPEN_LAST_HOUR * rows.lastHour.total;
  return isHourOpen ? "warning" : "info";
}

function hasMark({ live }: Inspected): boolean {
  const sessions = live.tables.find((table) => table.name === "session_summaries");
  return sessions?.columns.some((column) => column.name === "enrichment_at") === true;
}
