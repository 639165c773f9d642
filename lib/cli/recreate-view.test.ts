import { expect, test } from "vitest";
import { aCowrieDatabase } from "@/lib/testing/database";
import { executeTidemark } from "@/lib/testing/tidemark-command";

test("a view in the way of a repair refuses the run, until it is named", async () => {
  const database = await aCowrieDatabase({ sessions: [{ sessionId: "a", enrichment: {} }] });
  await database.query(
    "create table public.ip_inventory (ip_address inet primary key, first_seen timestamptz, last_seen timestamptz)",
  );
  await database.query("create view public.report as select ip_address from public.ip_inventory");
  const environment = { DATABASE_URL: database.target.connectionString };
  const migrate = (...args: string[]) => executeTidemark(["migrate", "--json", ...args], environment);

  const refused = await migrate();
  const agreed = await migrate("--recreate-view", "public.report");

  expect([refused.exitCode, refused.stdout]).toEqual([4, expect.stringContaining("public.report")]);
  expect(agreed.exitCode).toBe(0);
  expect(await database.query("select pg_get_viewdef('public.report'::regclass) as definition")).toEqual([
    { definition: expect.stringContaining("ip_address") },
  ]);
});
