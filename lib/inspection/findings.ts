import type { Finding, PhaseId } from "@/lib/contract";
import { qualify } from "@/lib/db/identifier";
import type { Dependent } from "@/lib/inspection/catalog";
import type { Difference } from "@/lib/inspection/drift";
import { describeDifference } from "@/lib/inspection/finding-text";
import type { Hazard } from "@/lib/inspection/hazards";
import type { Inspected } from "@/lib/inspection/inspected";
import type { Measures } from "@/lib/inspection/measures";
import { countOpenRows, openRowsFinding } from "@/lib/inspection/open-rows";
import { LEGACY_IP_TYPE_COLUMN, PHASE_TITLES, phaseOfColumn, TIMESTAMP_COLUMNS } from "@/lib/inspection/ownership";
import { countObjects } from "@/lib/inspection/progress";
import { readVersion } from "@/lib/inspection/version";

/**
 * Everything that is missing, wrong or worth knowing. Pure.
 *
 * @param measures the last measured rows; null: statistics stand in.
 * @param recorded version to judge by; by default the recorded one. A verdict asks as if 16 were written already.
 */
export function findingsOf(inspection: Inspected, measures: Measures | null, recorded?: number): Finding[] {
  const version = recorded ?? readVersion(inspection.recordedVersion) ?? 15;
  const begun = new Set(PHASE_TITLES.map(({ id }) => id).filter((id) => countObjects(inspection, id).isBegun));
  const isDue = (phase: PhaseId | null) => version >= 16 || (phase !== null && begun.has(phase));
  const found = [
    ...inspection.drift.map((difference) => toFinding(difference, isDue(difference.phase))),
    ...openRowsFinding(inspection, countOpenRows(inspection, measures), { version, isBegun: begun.has("source-ip") }),
    ...inspection.hazards.map(hazardFinding),
    ...dependentFindings(inspection),
  ];
  return [...found, ...versionFinding(inspection, { version, begun: begun.size, found })];
}

function toFinding(difference: Difference, isDue: boolean): Finding {
  const { kind, phase, object, declared, live } = difference;
  return {
    id: `${kind}:${object}`,
    kind,
    severity: kind === "extra-object" || !isDue ? "info" : "error",
    phase,
    object,
    declared,
    live,
    ...describeDifference(difference, isDue),
  };
}

function hazardFinding(hazard: Hazard): Finding {
  const object = `hazard:${hazard.name}`;
  const { phase, live, message, remedy } = hazard;
  return {
    id: `hazard:${object}`,
    kind: "hazard",
    severity: hazard.isBlocking ? "error" : "warning",
    phase,
    object,
    declared: null,
    live,
    message,
    remedy,
  };
}

/** One finding a dependent, however many of the tables it reads. */
function dependentFindings(inspection: Inspected): Finding[] {
  const objects = [...new Set(inspection.dependents.map((dependent) => dependent.object))];
  return objects.map((object): Finding => {
    const uses = inspection.dependents.filter((dependent) => dependent.object === object);
    const kind = uses[0]?.kind ?? "object";
    const live = uses
      .map(({ on, columns }) => (columns.length === 0 ? on : `${on} (${columns.join(", ")})`))
      .join("; ");
    const base = {
      kind: "dependent-object",
      id: `dependent-object:${object}`,
      phase: null,
      object,
      declared: null,
    } as const;
    if (uses.some((use) => isInTheWay(inspection, use))) {
      return {
        ...base,
        severity: "error",
        live: `${kind} on ${live}`,
        message: `The ${kind} ${object} uses a timestamp column that has to become timestamptz; PostgreSQL refuses that while it is there.`,
        remedy: `Keep its definition, drop ${object}, run the migration, and make it again. Tidemark never drops it by itself.`,
      };
    }
    const isTaken = uses.some((use) => isTakenByReset(inspection, use));
    return {
      ...base,
      severity: isTaken ? "warning" : "info",
      live: `${kind} on ${live}`,
      message: `The ${kind} ${object} depends on ${live}.`,
      remedy: isTaken
        ? "The migration leaves it alone. A reset to v15 would have to drop it, and says so beforehand."
        : "Nothing to do: neither the migration nor a reset touches what it uses.",
    };
  });
}

function isInTheWay({ drift }: Inspected, dependent: Dependent): boolean {
  if (dependent.table !== "session_summaries") return false;
  const retyped = drift
    .filter(
      ({ of, table, name }) => of === "column" && table === "session_summaries" && TIMESTAMP_COLUMNS.includes(name),
    )
    .map(({ name }) => name);
  if (retyped.length === 0) return false;
  // A column of the table's row type blocks any retype; foreign keys and policies on other columns do not.
  return dependent.kind === "column" || dependent.columns.some((column) => retyped.includes(column));
}

function isTakenByReset({ declared }: Inspected, dependent: Dependent): boolean {
  if (dependent.table !== "session_summaries") return true;
  const sessions = declared.tables.find((table) => table.name === "session_summaries");
  return dependent.columns.some(
    (column) =>
      column === LEGACY_IP_TYPE_COLUMN ||
      (phaseOfColumn("session_summaries", column) === "source-ip" &&
        sessions?.columns.some(({ name }) => name === column)),
  );
}

/** The recorded number against what the database shows. */
function versionFinding(inspection: Inspected, facts: { version: number; begun: number; found: Finding[] }): Finding[] {
  const object = qualify(inspection.live.schema, "schema_state");
  const base = { kind: "wrong-version", id: `wrong-version:${object}`, phase: null, object } as const;
  const live = inspection.recordedVersion;
  if (facts.version >= 16 && facts.begun === 0) {
    return [
      {
        ...base,
        severity: "error",
        declared: "15",
        live,
        message: `schema version is still v${facts.version} after cleanup: nothing of v16 is there.`,
        remedy:
          facts.version === 16
            ? "Reset to v15 writes 15, with nothing else left to drop; or run the migration to make v16 real."
            : "Run the migration to make v16 real; a recorded 17 is never lowered.",
      },
    ];
  }
  if (facts.version === 15 && facts.begun > 0 && isComplete(facts.found)) {
    return [
      {
        ...base,
        severity: "info",
        declared: "16",
        live,
        message: "The database shows all of v16, and 15 is recorded.",
        remedy: "Run the migration: it finds nothing to change, checks, and writes 16.",
      },
    ];
  }
  return [];
}

/** Whether findings leave nothing of v16 missing or wrong: open sessions below the limit are no exception to it. */
export function isComplete(findings: Finding[]): boolean {
  return !findings.some(
    ({ phase, kind, severity }) =>
      phase !== null && (severity === "error" || (kind !== "open-rows" && kind !== "hazard")),
  );
}
