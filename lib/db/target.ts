import { type DatabaseTarget, readDatabaseAddress } from "@/lib/db/client";
import { ensureEmbedded } from "@/lib/db/embedded";
import { ConfigurationError, readSettings, type Settings } from "@/lib/env";
import { keepPasswordOf, keepSecret } from "@/lib/redact";

/**
 * The database this process works on: `DATABASE_URL`, else the embedded PostgreSQL under `TIDEMARK_HOME`, started if it
 * does not run yet. Opens no connection to the former. From here on its password is masked wherever it would be shown.
 *
 * @throws {ConfigurationError} for an unusable setting.
 * @throws {RefusalError} `usage` for a malformed URL, `unreachable` when the embedded server does not start.
 */
export async function readTarget(settings: Settings = readSettings()): Promise<DatabaseTarget> {
  const { DATABASE_URL: url, TIDEMARK_SCHEMA: schema, TIDEMARK_HOME: home, TIDEMARK_SECRET: secret } = settings;
  if (secret !== undefined) keepSecret(secret);
  const connectionString = url ?? (await ensureEmbedded(home)).connectionString;
  keepPasswordOf(connectionString);
  const { name } = readDatabaseAddress(connectionString);
  const readConnectionString = settings.TIDEMARK_READ_DATABASE_URL;
  if (readConnectionString === undefined) return { connectionString, schema };
  keepPasswordOf(readConnectionString);
  if (readDatabaseAddress(readConnectionString).name !== name) {
    throw new ConfigurationError(
      "TIDEMARK_READ_DATABASE_URL names another database than DATABASE_URL.",
      "Let both lead to the same database; only their roles differ.",
    );
  }
  return { connectionString, readConnectionString, schema };
}
