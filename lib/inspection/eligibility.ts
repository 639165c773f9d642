import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { describeKind, isUnfit } from "@/lib/inspection/hazards";
import type { Inspection } from "@/lib/inspection/inspected";
import { OWN_TABLES } from "@/lib/inspection/ownership";
import { readVersion } from "@/lib/inspection/version";
import { RefusalError } from "@/lib/refusal";

const OLDEST_SERVER = 14;
const NEWEST_SERVER = 18;

/** Columns of v15 that the rules and the inventories read. */
const NEEDED_COLUMNS = ["session_id", "first_event_at", "last_event_at", "enrichment", "created_at", "updated_at"];

/** What a check is about. */
export type EligibilitySubject = "server" | "tables" | "version" | "writable" | "rights";

/**
 * Why this database cannot be worked on, or null. Pure; to be asked before anything is written, the console's own
 * tables included. The first reason that applies, the most basic first.
 */
export function checkEligibility(inspection: Inspection): RefusalError | null {
  return findObstacle(inspection)?.refusal ?? null;
}

/** A reason, and what it is about. */
export interface Obstacle {
  subject: EligibilitySubject;
  refusal: RefusalError;
}

/** The same, with what it is about. Pure. */
export function findObstacle(inspection: Inspection): Obstacle | null {
  return findObstacles(inspection)[0] ?? null;
}

/** Every reason, the most basic first; where the tables are not Cowrie's there is no more to say. Pure. */
export function findObstacles(inspection: Inspection): Obstacle[] {
  const found: Obstacle[] = [];
  for (const [subject, check] of checks) {
    const isHopeless = found.some((obstacle) => obstacle.subject === "server" || obstacle.subject === "tables");
    const refusal = isHopeless ? null : check(inspection);
    if (refusal !== null) found.push({ subject, refusal });
  }
  return found;
}

type Check = (inspection: Inspection) => RefusalError | null;

const checks: [EligibilitySubject, Check][] = [
  ["server", checkServer],
  ["tables", checkSessions],
  ["tables", checkSchemaUse],
  ["tables", checkState],
  ["tables", checkRowSecurity],
  ["version", checkVersion],
  ["writable", checkWritable],
  ["rights", checkSchemaRights],
  ["rights", checkTableRights],
];

function refuse(message: string, remedy: string): RefusalError {
  return new RefusalError("not-eligible", message, remedy);
}

function checkServer({ server }: Inspection): RefusalError | null {
  if (server.major >= OLDEST_SERVER && server.major <= NEWEST_SERVER) return null;
  return refuse(
    `The server is PostgreSQL ${server.version}; Tidemark works on ${OLDEST_SERVER} to ${NEWEST_SERVER}.`,
    server.major < OLDEST_SERVER
      ? `Upgrade the server to PostgreSQL ${OLDEST_SERVER} or newer first.`
      : "Use a newer Tidemark that knows this server.",
  );
}

function checkSessions({ relations, live, rights, otherSchemas, database }: Inspection): RefusalError | null {
  const { schema } = database;
  const sessions = relations.find((relation) => relation.name === "session_summaries");
  if (sessions === undefined) {
    const [other] = otherSchemas;
    const reason = rights.hasSchema
      ? `schema ${schema} has no table session_summaries`
      : `there is no schema ${schema}`;
    return refuse(
      `Database ${database.name} is not a Cowrie database: ${reason}.`,
      other === undefined
        ? "Point DATABASE_URL at the database that cowrieprocessor writes."
        : `session_summaries is in schema ${otherSchemas.join(", ")}: set TIDEMARK_SCHEMA=${other}.`,
    );
  }
  const object = qualify(schema, "session_summaries");
  if (isUnfit(sessions)) {
    return refuse(
      `${object} is ${describeKind(sessions)}; the migration needs an ordinary table.`,
      "Point TIDEMARK_SCHEMA at the schema of the table itself; views, foreign, partitioned, inherited and distributed tables are not supported (docs/scaling.md).",
    );
  }
  const columns = live.tables.find((table) => table.name === "session_summaries")?.columns ?? [];
  const missing = NEEDED_COLUMNS.filter((name) => !columns.some((column) => column.name === name));
  if (missing.length > 0) {
    return refuse(
      `Database ${database.name} is not a Cowrie database of v15: ${object} has no ${missing.join(", ")}.`,
      "Let the application bring the database to v15 first.",
    );
  }
  const document = columns.find((column) => column.name === "enrichment")?.type;
  if (document === "json" || document === "jsonb") return null;
  return refuse(
    `${object}.enrichment is ${document}; only json and jsonb documents can be read.`,
    "Let the application bring the database to v15 first.",
  );
}

/** Without it nothing in the schema can be read, the recorded version included. */
function checkSchemaUse({ rights, database }: Inspection): RefusalError | null {
  if (rights.canUseSchema === true) return null;
  const schema = quoteIdentifier(database.schema);
  const user = quoteIdentifier(database.user);
  return refuse(
    `Role ${user} may not use schema ${schema} (42501).`,
    `grant usage, create on schema ${schema} to ${user}`,
  );
}

function checkState({ relations, database }: Inspection): RefusalError | null {
  const object = qualify(database.schema, "schema_state");
  const state = relations.find((relation) => relation.name === "schema_state");
  if (state === undefined) {
    return refuse(
      `Database ${database.name} is not a Cowrie database of v15: ${object}, which records the version, does not exist.`,
      "Let the application bring the database to v15 first.",
    );
  }
  if (isUnfit(state)) {
    return refuse(
      `${object} is ${describeKind(state)}; the version cannot be written there.`,
      "Make it an ordinary table.",
    );
  }
  if (state.canSelect) return null;
  const user = quoteIdentifier(database.user);
  return refuse(`Role ${user} may not read ${object} (42501).`, `grant select, update on ${object} to ${user}`);
}

function checkVersion({ recordedVersion, database }: Inspection): RefusalError | null {
  const object = qualify(database.schema, "schema_state");
  if (recordedVersion === null) {
    return refuse(
      `${object} has no row schema_version: which version the database has is not known.`,
      "Start the application once, which records its version, or restore the row; Tidemark does not guess it.",
    );
  }
  const version = readVersion(recordedVersion);
  if (version === null) {
    return refuse(
      `The recorded version is ${JSON.stringify(recordedVersion.slice(0, 40))}, which is not a number.`,
      `Correct the row schema_version of ${object}: the application reads such a value as 0 and migrates from the beginning.`,
    );
  }
  if (version < 15) {
    return refuse(
      `The recorded version is ${version}; v16 starts from v15.`,
      "Upgrade the application first: it brings the database to v15.",
    );
  }
  if (version > 17) {
    return refuse(
      `The recorded version is ${version}; Tidemark knows 15 to 17.`,
      "Use a newer Tidemark that knows this version.",
    );
  }
  return null;
}

function checkWritable({ server, database }: Inspection): RefusalError | null {
  if (server.isInRecovery) {
    return refuse(
      `${database.host}:${database.port} is a standby: it replays another server and takes no writes.`,
      "Point DATABASE_URL at the primary.",
    );
  }
  if (!server.isReadOnly) return null;
  return refuse(
    "The server is read-only for this role: default_transaction_read_only is on.",
    `Turn it off for the role: alter role ${quoteIdentifier(database.user)} set default_transaction_read_only = off`,
  );
}

function checkSchemaRights({ rights, database, relations }: Inspection): RefusalError | null {
  const schema = quoteIdentifier(database.schema);
  const user = quoteIdentifier(database.user);
  const owner = relations.find((relation) => relation.name === "session_summaries");
  if (rights.canCreateInSchema !== true) {
    return refuse(
      `Role ${user} may not create tables in schema ${schema} (42501).`,
      `grant create on schema ${schema} to ${user}`,
    );
  }
  // New tables are made as the owner of session_summaries, who needs the right too.
  if (owner !== undefined && !owner.ownerCanCreate) {
    const name = quoteIdentifier(owner.owner);
    return refuse(
      `Role ${name} owns session_summaries and may not create tables in schema ${schema} (42501): new tables belong to the same owner.`,
      `grant create on schema ${schema} to ${name}`,
    );
  }
  if (rights.consoleSchema === null && !rights.canCreateSchemas) {
    return refuse(
      `Role ${user} may not create schema tidemark, where the console keeps runs and logs (42501).`,
      `create schema tidemark authorization ${user}`,
    );
  }
  if (rights.consoleSchema !== null && !rights.consoleSchema.canCreate) {
    return refuse(
      `Role ${user} may not use schema tidemark, which belongs to ${quoteIdentifier(rights.consoleSchema.owner)} (42501).`,
      `grant usage, create on schema tidemark to ${user}`,
    );
  }
  return null;
}

function checkTableRights({ relations, database, rights }: Inspection): RefusalError | null {
  const user = quoteIdentifier(database.user);
  for (const name of ["session_summaries", ...OWN_TABLES]) {
    const relation = relations.find((it) => it.name === name);
    if (relation === undefined || relation.kind !== "r") continue;
    const object = qualify(database.schema, name);
    if (!relation.hasOwnerRights) {
      const owner = quoteIdentifier(relation.owner);
      return refuse(
        `Role ${user} is not the owner of ${object} and not a member of ${owner}, who is (42501).`,
        `grant ${owner} to ${user}`,
      );
    }
    if (!relation.canSelect || !relation.canUpdate || (name !== "session_summaries" && !relation.canInsert)) {
      const needed = name === "session_summaries" ? "select, update" : "select, insert, update";
      return refuse(`Role ${user} may not ${needed} ${object} (42501).`, `grant ${needed} on ${object} to ${user}`);
    }
  }
  const state = relations.find((relation) => relation.name === "schema_state");
  if (rights.isSuperuser || state?.canUpdate === true) return null;
  const object = qualify(database.schema, "schema_state");
  return refuse(
    `Role ${user} may not write the version into ${object} (42501).`,
    `grant select, update on ${object} to ${user}`,
  );
}

function checkRowSecurity({ relations, database }: Inspection): RefusalError | null {
  const hidden = relations.find(
    (relation) => relation.isRowSecurityActive && ["session_summaries", "schema_state"].includes(relation.name),
  );
  if (hidden === undefined) return null;
  return refuse(
    `Row-level security hides rows of ${qualify(database.schema, hidden.name)} from role ${quoteIdentifier(database.user)}.`,
    `Connect as a role with BYPASSRLS: alter role ${quoteIdentifier(database.user)} bypassrls`,
  );
}
