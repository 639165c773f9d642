import type { Finding, PhaseId } from "@/lib/contract";
import { qualify } from "@/lib/db/identifier";
import { RESWEEP_COLUMN } from "@/lib/db/repair-names";
import type { Dependent } from "@/lib/inspection/catalog";
import type { Difference } from "@/lib/inspection/drift";
import { describeDifference } from "@/lib/inspection/finding-text";
import type { Hazard } from "@/lib/inspection/hazards";
import { type Hindrance, hindrances } from "@/lib/inspection/hindrances";
import type { Inspected } from "@/lib/inspection/inspected";
import type { Measures } from "@/lib/inspection/measures";
import { countOpenRows, openRowsFinding } from "@/lib/inspection/open-rows";
import { LEGACY_IP_TYPE_COLUMN, PHASE_TITLES, phaseOfColumn, phaseOfTable } from "@/lib/inspection/ownership";
import { countObjects } from "@/lib/inspection/progress";
import { obstacles } from "@/lib/inspection/repairs";
import { unbuiltIndexesIn } from "@/lib/inspection/unbuilt-indexes";
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
    ...resweepFinding(inspection),
    ...unbuiltFindings(inspection),
    ...inspection.hazards.map(hazardFinding),
    ...hindrances(inspection).map(hindranceFinding),
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
    const inTheWay = uses.flatMap((use) => columnsInTheWay(inspection, use).map((column) => `${use.on}.${column}`));
    if (inTheWay.length > 0) {
      const definition = (uses[0]?.definition ?? "").replaceAll(/\s+/g, " ").trim();
      const isRemade = uses.every((use) => use.view !== null);
      return {
        ...base,
        severity: "error",
        live: `${kind} on ${live}`,
        message: `The ${kind} ${object} uses ${[...new Set(inTheWay)].join(", ")}, which has to change; PostgreSQL refuses that while it is there.`,
        remedy: isRemade
          ? `With your consent, by name (a tick beside Run migration, or --recreate-view), the migration drops ${object} and makes it again identically in the same transaction; or drop it yourself and make it again. Its definition: ${definition}`
          : `Keep its definition, drop ${object}, run the migration, and make it again. Tidemark never drops it by itself. Its definition: ${definition}`,
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

function columnsInTheWay(inspection: Inspected, dependent: Dependent): string[] {
  return obstacles(inspection).flatMap((obstacle) => (obstacle.dependent === dependent ? obstacle.columns : []));
}

function hindranceFinding({ table, phase = phaseOfTable(table) ?? "source-ip", ...hindrance }: Hindrance): Finding {
  return hazardFinding({ ...hindrance, phase, isBlocking: true });
}

/** Values of a repaired column are still to be taken over: nothing else in the catalog would say so. */
function resweepFinding({ live }: Inspected): Finding[] {
  const sessions = live.tables.find(({ name }) => name === "session_summaries");
  if (sessions?.columns.some(({ name }) => name === RESWEEP_COLUMN) !== true) return [];
  const object = `${qualify(live.schema, "session_summaries")}.${RESWEEP_COLUMN}`;
  return [
    {
      id: `open-rows:${object}`,
      kind: "open-rows",
      severity: "error",
      phase: "source-ip",
      object,
      declared: null,
      live: "boolean",
      message: "A repair of session_summaries is not finished: sessions are marked to be swept again.",
      remedy: "Run the migration: it sweeps them, takes the values over, and drops the mark.",
    },
  ];
}

/** Indexes that went for a retype and are not built again yet: v15's and those of others are not compared otherwise. */
function unbuiltFindings({ live }: Inspected): Finding[] {
  return unbuiltIndexesIn(live).map(({ name, definition }): Finding => {
    const object = qualify(live.schema, name);
    return {
      id: `missing-index:${object}`,
      kind: "missing-index",
      severity: "error",
      phase: "session-snapshots",
      object,
      declared: definition,
      live: null,
      message: `Index ${name} was dropped for the retype of the timestamps, and the run ended before it was built again.`,
      remedy: "Run the migration: it builds the index concurrently.",
    };
  });
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
