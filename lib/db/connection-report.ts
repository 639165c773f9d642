import type { ConnectionReport, TlsMode } from "@/lib/contract";
import { type DatabaseTarget, readDatabaseAddress } from "@/lib/db/client";
import { withPooledClient } from "@/lib/db/pool";
import { secureTransport } from "@/lib/db/tls";

type Warning = ConnectionReport["warnings"][number];

/**
 * Under which rights, and how protected on the way, the console speaks to its database.
 *
 * @throws {RefusalError} `unreachable` with cause and remedy.
 */
export async function readConnectionReport(target: DatabaseTarget): Promise<ConnectionReport> {
  const { role, isSuperuser } = await withPooledClient(target, async (client) => {
    const { rows } = await client.query<{ role: string; isSuperuser: boolean }>(
      `select current_user as role, rolsuper as "isSuperuser" from pg_catalog.pg_roles where rolname = current_user`,
    );
    return rows[0] ?? { role: "", isSuperuser: false };
  });
  const { readConnectionString: readUrl } = target;
  const readRole = readUrl === undefined ? null : readDatabaseAddress(readUrl).user;
  const { mode } = secureTransport(target.connectionString);
  const modes = readUrl === undefined ? [mode] : [mode, secureTransport(readUrl).mode];
  return {
    tls: weakest(modes),
    role,
    isSuperuser,
    readRole,
    warnings: [...warnOfTransport(weakest(modes)), ...(isSuperuser ? [warnOfSuperuser(role)] : [])],
  };
}

const FROM_STRONG_TO_WEAK: TlsMode[] = ["local", "verified", "unverified", "off"];

function weakest(modes: TlsMode[]): TlsMode {
  return FROM_STRONG_TO_WEAK.findLast((mode) => modes.includes(mode)) ?? "local";
}

function warnOfTransport(mode: TlsMode): Warning[] {
  const remedy =
    "Take sslmode out of the connection URL: TLS with a verified certificate is what Tidemark does without it.";
  if (mode === "off") return [{ message: "The connection to the database crosses a network in the clear.", remedy }];
  if (mode === "unverified") return [{ message: "The certificate of the database server is not verified.", remedy }];
  return [];
}

function warnOfSuperuser(role: string): Warning {
  return {
    message: `The console is superuser of the database server as ${role}: it could do far more than it needs to, and change its own audit.`,
    remedy: "Connect as a role that only owns what a migration changes: docs/security.md has the statements.",
  };
}
