import "server-only";
import { ELIGIBILITY_IDS, type EligibilityItem, type EligibilityReport, type Refusal } from "@/lib/contract";
import { withPooledClient } from "@/lib/db/pool";
import { readSettings } from "@/lib/env";
import { type EligibilitySubject, findObstacle } from "@/lib/inspection/eligibility";
import { type Inspection, inspect } from "@/lib/inspection/inspection";
import { isUnknowable, requireRole } from "@/lib/queries/access";
import { answerAnybody } from "@/lib/queries/answers";

/** How long the page waits for others' DDL before it says who is at it, in milliseconds. */
const PATIENCE_MS = 2_000;

type Id = EligibilityItem["id"];

/** What stopped the looking: which item, what was found instead, and what to do. */
interface Obstacle {
  id: Id;
  found: string;
  remedy: string;
}

/**
 * What this database needs to be before anything can be done with it, item by item up to the first that it is not. Writes
 * nothing; an address that leads nowhere is an answer too.
 */
export async function answerEligibility(): Promise<EligibilityReport> {
  const access = await requireRole("viewer", { method: "GET" });
  const inspected =
    access.ok || mayStrangersLook(access.refusal)
      ? await answerAnybody((target) =>
          withPooledClient(target, (client) => inspect(client, target.schema, { patienceMs: PATIENCE_MS })),
        )
      : access;
  if (!inspected.ok) {
    const { code, message, remedy } = inspected.refusal;
    return toReport(null, { id: code === "usage" ? "settings" : "connection", found: message, remedy });
  }
  const obstacle = findObstacle(inspected.value);
  if (obstacle === null) return toReport(inspected.value, null);
  const { message, remedy } = obstacle.refusal;
  return toReport(inspected.value, { id: obstacle.subject satisfies EligibilitySubject, found: message, remedy });
}

/** Where nobody can be known, whoever is at this machine learns what is wrong with the database; on a network nobody does. */
function mayStrangersLook(refusal: Refusal["error"]): boolean {
  return isUnknowable(refusal) && readSettings().TIDEMARK_PUBLIC_ORIGIN === undefined;
}

function toReport(inspection: Inspection | null, obstacle: Obstacle | null): EligibilityReport {
  const failed = obstacle === null ? ELIGIBILITY_IDS.length : ELIGIBILITY_IDS.indexOf(obstacle.id);
  return {
    items: ELIGIBILITY_IDS.map((id, index): EligibilityItem => {
      const needed = NEEDED[id];
      if (index > failed) return { id, needed, state: "waiting", found: null, remedy: null };
      if (index === failed && obstacle !== null) {
        return { id, needed, state: "failed", found: obstacle.found, remedy: obstacle.remedy };
      }
      return { id, needed, state: "met", found: foundOf(id, inspection), remedy: null };
    }),
  };
}

const NEEDED: Record<Id, string> = {
  settings: "Settings that name a database",
  connection: "A server that answers and lets the role in",
  server: "PostgreSQL 14 to 18",
  tables: "Cowrie's tables, readable, in the schema that is set",
  version: "A recorded version from 15 to 17",
  writable: "A primary that takes writes",
  rights: "The right to change these tables and to make a schema tidemark",
};

function foundOf(id: Id, inspection: Inspection | null): string {
  if (inspection === null) return "read";
  const { database, recordedVersion, estimates } = inspection;
  switch (id) {
    case "settings":
      return `database ${database.name}, schema ${database.schema}`;
    case "connection":
      return `${database.host}:${database.port} answers, as role ${database.user}`;
    case "server":
      return `PostgreSQL ${database.server}`;
    case "tables":
      return `session_summaries, about ${estimates.sessions.toLocaleString("en-US")} sessions`;
    case "version":
      return `version ${recordedVersion}`;
    case "writable":
      return "it takes writes";
    case "rights":
      return `role ${database.user} may`;
    default:
      return id satisfies never;
  }
}
