import type { Session } from "@/lib/cli/command";
import { fail, ok, skipFrom, warn } from "@/lib/cli/doctor-report";
import type { DoctorCheck } from "@/lib/contract";
import { type DatabaseTarget, readDatabaseAddress, withClient } from "@/lib/db/client";
import { readConnectionReport } from "@/lib/db/connection-report";
import { hasConsoleSchema } from "@/lib/db/console-migrations";
import { readTargetOf } from "@/lib/db/pool";
import { ConfigurationError } from "@/lib/env";
import { checkDirect } from "@/lib/inspection/direct";
import { findObstacles } from "@/lib/inspection/eligibility";
import { type Inspection, inspect } from "@/lib/inspection/inspection";
import { readStatus } from "@/lib/migration";
import { RefusalError } from "@/lib/refusal";

/** How long is waited for others' DDL before it is said who is at it, in milliseconds. */
const PATIENCE_MS = 2_000;

/** What the database and its server have to say; up to the first thing without which the rest cannot be asked. */
export async function examineDatabase({ target }: Session): Promise<DoctorCheck[]> {
  try {
    const database = await target();
    return await withClient(database, async (client) => {
      const inspection = await inspect(client, database.schema, { patienceMs: PATIENCE_MS });
      const pooler = await checkDirect(client);
      return [
        ok("connection", describeConnection(inspection)),
        await checkTransport(database),
        pooler === null ? ok("direct", "one session from beginning to end") : refused("direct", pooler),
        ...checkEligibility(inspection),
        await checkRole(database),
        await checkReader(database),
        ...(await checkConsole(database, inspection, await hasConsoleSchema(client))),
      ];
    });
  } catch (cause) {
    if (cause instanceof ConfigurationError)
      return [fail("settings", cause.message, cause.remedy), ...skipFrom("connection")];
    if (!(cause instanceof RefusalError)) throw cause;
    if (cause.code === "usage") return [refused("settings", cause), ...skipFrom("connection")];
    return [refused("connection", cause), ...skipFrom("transport")];
  }
}

const refused = (id: DoctorCheck["id"], { message, remedy }: RefusalError): DoctorCheck => fail(id, message, remedy);

function describeConnection({ database }: Inspection): string {
  const { name, host, port, user, schema, server } = database;
  return `${name} on ${host}:${port} as ${user}, schema ${schema}, PostgreSQL ${server}`;
}

async function checkTransport(database: DatabaseTarget): Promise<DoctorCheck> {
  const { tls } = await readConnectionReport(database);
  const remedy = "Take sslmode out of the URL: without it the certificate is verified.";
  switch (tls) {
    case "local":
      return ok("transport", "leaves no machine");
    case "verified":
      return ok("transport", "TLS with a verified certificate");
    case "unverified":
      return warn("transport", "TLS with a certificate that nobody verifies", remedy);
    case "off":
      return warn("transport", "crosses a network in the clear", remedy);
    default:
      return tls satisfies never;
  }
}

const FOUND = {
  server: ({ server }: Inspection) => `PostgreSQL ${server.version}`,
  tables: ({ database }: Inspection) => `Cowrie's, in schema ${database.schema}`,
  version: ({ recordedVersion }: Inspection) => `${recordedVersion} recorded`,
  writable: () => "a primary that takes writes",
  rights: ({ database }: Inspection) => `${database.user} may change these tables and keep a schema of its own`,
};

function checkEligibility(inspection: Inspection): DoctorCheck[] {
  const obstacles = findObstacles(inspection);
  const subjects = ["server", "tables", "version", "writable", "rights"] as const;
  const basic = subjects.findIndex(
    (it) => (it === "server" || it === "tables") && obstacles.some((o) => o.subject === it),
  );
  return subjects.flatMap((id, index) => {
    const own = obstacles.filter(({ subject }) => subject === id);
    if (own.length > 0) return own.map(({ refusal }) => refused(id, refusal));
    if (basic !== -1 && index > basic) return skipFrom(id).slice(0, 1);
    return [ok(id, FOUND[id](inspection))];
  });
}

async function checkRole(database: DatabaseTarget): Promise<DoctorCheck> {
  const { role, isSuperuser } = await readConnectionReport(database);
  if (!isSuperuser) return ok("role", `${role}, no superuser`);
  return warn(
    "role",
    `${role} is superuser: it could do far more than a migration needs.`,
    "Connect as a role that only owns what a migration changes: docs/security.md has the statements.",
  );
}

async function checkReader(database: DatabaseTarget): Promise<DoctorCheck> {
  if (database.readConnectionString === undefined)
    return ok("reader", "none: what only reads connects as everything else");
  try {
    await withClient(readTargetOf(database), (client) => client.query("select"));
    await readStatus(database);
    return ok("reader", `${readDatabaseAddress(database.readConnectionString).user}, who may read what is shown`);
  } catch (cause) {
    if (!(cause instanceof RefusalError)) throw cause;
    return refused("reader", cause);
  }
}

/** What a run would meet; on a database that cannot be worked on there is none. */
async function checkConsole(
  database: DatabaseTarget,
  inspection: Inspection,
  isCurrent: boolean,
): Promise<DoctorCheck[]> {
  if (findObstacles(inspection).length > 0) return skipFrom("console-tables");
  const made = inspection.rights.consoleSchema === null ? "not there yet" : "of an earlier version";
  const { findings, activeRun } = await readStatus(database);
  const hazards = findings.filter(({ kind, severity }) => kind === "hazard" && severity !== "info");
  return [
    ok("console-tables", isCurrent ? "current" : `${made}: the next web server, worker or run brings them up to date`),
    ...hazards.map(({ severity, message, remedy }) => (severity === "error" ? fail : warn)("hazards", message, remedy)),
    ...(hazards.length === 0 ? [ok("hazards", "none that the catalog shows; tidemark plan looks further")] : []),
    ok("run", activeRun === null ? "none is active" : `${activeRun.id} (${activeRun.kind}) is ${activeRun.status}`),
  ];
}
