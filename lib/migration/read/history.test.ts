import { expect, test } from "vitest";
import { readRun, readRuns, readSetAsideGroups, readStatus } from "@/lib/migration";
import { aCowrieDatabase } from "@/lib/testing/database";
import { run } from "@/lib/testing/running";

test("a role without rights on the console's tables gets a status and refusals, not an error", async () => {
  const database = await aCowrieDatabase();
  await run(database.target);
  const url = new URL(database.target.connectionString);
  url.username = `app_${url.pathname.slice(-8)}`;
  url.password = "secret";
  await database.query(`create role ${url.username} login password 'secret'`);
  const target = { ...database.target, connectionString: url.href };

  expect(await readStatus(target)).toMatchObject({ verdict: "unsupported", phases: [], activeRun: null });
  for (const read of [() => readRuns(target), () => readRun(target, 1), () => readSetAsideGroups(target)]) {
    await expect(read()).rejects.toMatchObject({ code: "not-eligible", message: expect.stringContaining("tidemark") });
  }
});
