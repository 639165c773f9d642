import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { aDatabase } from "@/lib/testing/database";
import { aPooler, reasonToSkipPooler } from "@/lib/testing/pgbouncer";

test.skipIf(reasonToSkipPooler() !== null)("lends one server connection to two clients in turn", async () => {
  const database = await aDatabase();
  const pooled = await aPooler(database.target);
  const [one, other] = [new pg.Client(pooled.connectionString), new pg.Client(pooled.connectionString)];
  onTestFinished(async () => void (await Promise.all([one.end(), other.end()])));
  await one.connect();
  await other.connect();

  await one.query("set work_mem = '7MB'");

  expect((await other.query("show work_mem")).rows).toEqual([{ work_mem: "7MB" }]);
});
