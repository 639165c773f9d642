import { makeDemo } from "@/lib/demo/demo";
import type { GenerateOptions } from "@/lib/demo/generate";
import { aDatabase, type TestDatabase } from "@/lib/testing/database";

/**
 * A generated honeypot at v15: documents of every layout, odd and unreadable values, an early block without geo data.
 *
 * @param options.serverUrl Superuser URL of a server of the test's own; default that of this test run.
 */
export async function aHoneypot(
  options: Partial<GenerateOptions> & { serverUrl?: string } = {},
): Promise<TestDatabase> {
  const { serverUrl, ...generated } = options;
  const database = await aDatabase(serverUrl === undefined ? {} : { serverUrl });
  await makeDemo(database.target, { sessions: 1_500, addresses: 60, ...generated });
  return database;
}
