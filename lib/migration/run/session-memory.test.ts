import { expect, test } from "vitest";
import { raiseMemory } from "@/lib/migration/run/session-memory";
import { aDatabase } from "@/lib/testing/database";

test("raises what is small, leaves what is larger, and nothing for other connections", async () => {
  const database = await aDatabase();
  const client = await database.client();
  await client.query("set work_mem = '4MB'; set maintenance_work_mem = '1GB'");

  await raiseMemory(client);

  const shown = "select current_setting('work_mem') as work, current_setting('maintenance_work_mem') as maintenance";
  expect((await client.query(shown)).rows).toEqual([{ work: "64MB", maintenance: "1GB" }]);
  expect(await database.query(shown)).not.toEqual([{ work: "64MB", maintenance: "1GB" }]);
});
