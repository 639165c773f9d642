import type { ActiveRun, Finding, PhaseStatus, Status } from "@/lib/contract";
import { checkEligibility } from "@/lib/inspection/eligibility";
import { findingsOf, isComplete } from "@/lib/inspection/findings";
import type { Inspection } from "@/lib/inspection/inspected";
import type { Measures } from "@/lib/inspection/measures";
import { countOpenRows } from "@/lib/inspection/open-rows";
import { PHASE_TITLES } from "@/lib/inspection/ownership";
import { countObjects } from "@/lib/inspection/progress";
import { readVersion } from "@/lib/inspection/version";

type Rows = PhaseStatus["rows"];

/**
 * The diagnosis: what the database shows, whatever number was written down. Pure.
 *
 * @param measures the last measured rows, null if none were measured yet.
 */
export function toStatus(inspection: Inspection, measures: Measures | null, activeRun: ActiveRun | null): Status {
  const { database, recordedVersion: recorded } = inspection;
  const refusal = checkEligibility(inspection);
  if (refusal !== null) {
    return {
      database,
      version: { recorded, observed: null, target: 16 },
      verdict: "unsupported",
      message: `${refusal.message} ${refusal.remedy}`,
      phases: [],
      findings: [],
      activeRun,
    };
  }
  const findings = findingsOf(inspection, measures);
  const phases = PHASE_TITLES.map(({ id, title }, index) =>
    toPhaseStatus(inspection, measures, { id, title, number: index + 1, findings }),
  );
  const observed = observe(inspection, findings);
  return {
    database,
    version: { recorded, observed, target: 16 },
    verdict: concludeVerdict(readVersion(recorded) ?? 15, observed),
    message: null,
    phases,
    findings,
    activeRun,
  };
}

type Observed = NonNullable<Status["version"]["observed"]>;

/** What catalog and data show: nothing of v16, all of it, or something between. */
function observe(inspection: Inspection, findings: Finding[]): Observed {
  const isBegun = PHASE_TITLES.some(({ id }) => countObjects(inspection, id).isBegun);
  if (!isBegun) return "v15";
  return isComplete(findings) ? "v16" : "partial";
}

function concludeVerdict(recorded: number, observed: Observed): Status["verdict"] {
  if (recorded >= 16) return observed === "v16" ? "migrated" : "drifted";
  return observed === "v15" ? "ready" : "partial";
}

function toPhaseStatus(
  inspection: Inspection,
  measures: Measures | null,
  phase: Pick<PhaseStatus, "id" | "title" | "number"> & { findings: Finding[] },
): PhaseStatus {
  const own = phase.findings.filter((finding) => finding.phase === phase.id);
  // What phase 4 closes is what phase 1 sweeps: while too many sessions are open, neither is done.
  const isClosing = phase.id === "session-snapshots";
  const shared = phase.findings.filter(({ kind }) => isClosing && kind === "open-rows");
  const { done, total, isBegun } = countObjects(inspection, phase.id);
  const rows = countRows(inspection, measures, phase.id);
  return {
    number: phase.number,
    id: phase.id,
    title: phase.title,
    state: concludeState({ own: [...own, ...shared], rows, isBegun, hasAllObjects: done === total }),
    objects: { done, total },
    rows,
    findings: own.map((finding) => finding.id),
  };
}

/** An estimate never makes a phase incomplete; the error finding about its rows does. */
function concludeState(phase: {
  /** Of the phase, or about rows that it shares with another. */
  own: Finding[];
  rows: Rows;
  isBegun: boolean;
  hasAllObjects: boolean;
}): PhaseStatus["state"] {
  const { own, rows } = phase;
  const hasError = own.some((finding) => finding.severity === "error");
  const hasAllRows = rows === null || !rows.exact || rows.done === rows.total;
  if (!hasError && phase.hasAllObjects && hasAllRows) return "complete";
  // Also where nothing is there yet: a view that has taken the name of a table.
  if (own.some((finding) => finding.kind === "hazard" && finding.severity === "error")) return "blocked";
  return phase.isBegun ? "partial" : "pending";
}

function countRows(inspection: Inspection, measures: Measures | null, phase: PhaseStatus["id"]): Rows {
  const exact = measures?.exact === true ? measures : null;
  switch (phase) {
    case "source-ip":
    case "session-snapshots":
      return sessionRows(inspection, measures);
    case "asn-inventory":
      return inventoryRows(inspection, exact, {
        column: "snapshot_asn",
        table: "asn_inventory",
        measured: { done: exact?.asnsWithRow ?? 0, total: exact?.distinctAsns ?? 0 },
        distinct: inspection.estimates.distinctAsns,
      });
    case "ip-inventory":
      return inventoryRows(inspection, exact, {
        column: "source_ip",
        table: "ip_inventory",
        measured: { done: exact?.ipsWithRow ?? 0, total: exact?.distinctIps ?? 0 },
        distinct: inspection.estimates.distinctIps,
      });
    case "foreign-keys":
      return keyRows(inspection);
    default:
      return phase satisfies never;
  }
}

/**
 * Sessions not open. On v15, where the mark does not exist yet, none is done and all are to do: the gauge starts at
 * zero instead of being absent.
 */
function sessionRows(inspection: Inspection, measures: Measures | null): Rows {
  const { total, open, isExact, measuredAt } = countOpenRows(inspection, measures);
  return { done: total - open, total, exact: isExact, measuredAt };
}

/** Keys with an inventory row; null while the column that holds the keys does not exist, or nothing tells their number. */
function inventoryRows(
  { live }: Inspection,
  measures: Measures | null,
  keys: { column: string; table: string; measured: { done: number; total: number }; distinct: number | null },
): Rows {
  const sessions = live.tables.find((table) => table.name === "session_summaries");
  if (sessions?.columns.some((column) => column.name === keys.column) !== true) return null;
  const inventory = live.tables.find((table) => table.name === keys.table);
  if (measures !== null) {
    const done = inventory === undefined ? 0 : keys.measured.done;
    return { done, total: keys.measured.total, exact: true, measuredAt: measures.measuredAt };
  }
  const stored = inventory?.rowEstimate ?? 0;
  // Never analysed: rows that are there are no measure of how many there have to be.
  if (keys.distinct === null && stored > 0) return null;
  const total = keys.distinct ?? 0;
  return { done: Math.min(stored, total), total, exact: false, measuredAt: null };
}

/** Validated foreign keys: read from the catalog, so always exact. */
function keyRows({ declared, live }: Inspection): Rows {
  const keys = declared.constraints.filter((constraint) => constraint.kind === "foreign-key");
  const validated = keys.filter((key) =>
    live.constraints.some(
      (it) => it.table === key.table && it.name === key.name && it.definition === key.definition && it.isValidated,
    ),
  );
  return { done: validated.length, total: keys.length, exact: true, measuredAt: null };
}
