import { expect, onTestFinished, test } from "vitest";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { closePools } from "@/lib/db/pool";
import { limitRate, RATES } from "@/lib/http/rate-limit";
import { aDatabase } from "@/lib/testing/database";

test("S14: what one operator asks for is counted in the database, and refused beyond the limit", async () => {
  onTestFinished(closePools);
  const database = await aDatabase();
  await migrateConsoleSchema(await database.client());
  // As another web server would have counted.
  await database.query("insert into tidemark.action_rates values ('reset:anna@example.org', $1, $2)", [
    RATES.reset - 1,
    Date.now() + 60_000,
  ]);
  await limitRate(database.target, "reset", "anna@example.org");
  await expect(limitRate(database.target, "reset", "anna@example.org")).rejects.toMatchObject({
    code: "too-many",
    message: `More than ${RATES.reset} of these a minute.`,
  });
  await limitRate(database.target, "reset", "ben@example.org");
  await limitRate(database.target, "steer", "anna@example.org");
  await database.query("update tidemark.action_rates set expire = $1", [Date.now() - 1]);
  await limitRate(database.target, "reset", "anna@example.org");
});

test("S14: without the console's tables a process counts for itself", async () => {
  onTestFinished(closePools);
  const { target } = await aDatabase();
  for (let i = 0; i < RATES.reset; i += 1) await limitRate(target, "reset", "anna@example.org");
  await expect(limitRate(target, "reset", "anna@example.org")).rejects.toMatchObject({ code: "too-many" });
});
