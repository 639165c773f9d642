import type { DatabaseTarget } from "@/lib/db/client";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { withPooledClient } from "@/lib/db/pool";
import { checkEligibility, inspect } from "@/lib/inspection/inspection";

/**
 * Makes the console's own tables on an eligible database, or brings them up to date; on any other it writes nothing and
 * says false.
 *
 * @throws {RefusalError} `unreachable`.
 */
export function prepareConsole(target: DatabaseTarget): Promise<boolean> {
  return withPooledClient(target, async (client) => {
    if (checkEligibility(await inspect(client, target.schema)) !== null) return false;
    await migrateConsoleSchema(client);
    return true;
  });
}
