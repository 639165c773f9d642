import { type DatabaseTarget, readDatabaseAddress } from "@/lib/db/client";
import { ensureEmbedded } from "@/lib/db/embedded";
import { readSettings, type Settings } from "@/lib/env";

/**
 * The database this process works on: `DATABASE_URL`, else the embedded PostgreSQL under `TIDEMARK_HOME`, started if it
 * does not run yet. Opens no connection to the former.
 *
 * @throws {ConfigurationError} for an unusable setting.
 * @throws {RefusalError} `usage` for a malformed URL, `unreachable` when the embedded server does not start.
 */
export async function readTarget(settings: Settings = readSettings()): Promise<DatabaseTarget> {
  const { DATABASE_URL: url, TIDEMARK_SCHEMA: schema, TIDEMARK_HOME: home } = settings;
  if (url === undefined) return { connectionString: (await ensureEmbedded(home)).connectionString, schema };
  readDatabaseAddress(url);
  return { connectionString: url, schema };
}
