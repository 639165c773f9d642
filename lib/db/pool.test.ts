import { expect, onTestFinished, test } from "vitest";
import { closePools, withPooledClient } from "@/lib/db/pool";
import { aDatabase } from "@/lib/testing/database";

test("F8: whoever reads while the server ends the connection is told that the database does not answer", async () => {
  onTestFinished(closePools);
  const database = await aDatabase();
  const read = withPooledClient(database.target, async (client) => {
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    await database.query("select pg_terminate_backend($1, 5000)", [rows[0]?.pid]);
    await client.query("select 1");
  });
  await expect(read).rejects.toMatchObject({
    name: "RefusalError",
    code: "unreachable",
    message: expect.stringContaining("does not answer"),
  });
  expect(await withPooledClient(database.target, async (client) => (await client.query("select 1")).rowCount)).toBe(1);
});
