import { expect, test, vi } from "vitest";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { countCoverage, readCoverage, verify } from "@/lib/migration";
import { aCowrieDatabase } from "@/lib/testing/database";
import { run } from "@/lib/testing/running";

const sessions = ["a", "b"].map((sessionId) => ({
  sessionId,
  enrichment: { dshield: { ip: { number: "198.51.100.1", as: 64500, ascountry: "NL" } } },
}));

test("without the console's tables everything is measured all the same, and nothing is written", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query("drop schema tidemark cascade");
  await database.query("update public.session_summaries set enrichment_at = null where session_id = 'a'");

  const verification = await verify(database.target, { startedBy: "cli" });

  expect(verification).toMatchObject({ verdict: "drifted", observed: "partial" });
  expect(verification.findings).toMatchObject([{ kind: "open-rows", severity: "error", live: "1 of 2 open" }]);
  expect(verification.coverage.gates.map(({ id, passed }) => [id, passed])).toEqual([
    // Half of the sessions are not swept: inventories say nothing of them.
    ["ip-coverage", null],
    ["api-reduction", null],
    ["zero-data-loss", null],
    ["query-performance", true],
  ]);
  expect(await database.query("select to_regnamespace('tidemark') as console")).toEqual([{ console: null }]);
});

test("coverage that is counted shows what ingest wrote a moment ago", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query("insert into public.session_summaries (session_id) values ('c')");

  const counted = await countCoverage(database.target);

  expect(counted.sessions).toMatchObject({ total: 3, open: 1, recoverable: 0 });
  expect((await readCoverage(database.target)).sessions.total).toBe(2);
});

test("coverage of a page is estimated before anything was measured, and counted behind the answer", async () => {
  const database = await aCowrieDatabase({ sessions });
  await migrateConsoleSchema(await database.client());
  await database.query("analyze");

  expect(await readCoverage(database.target)).toMatchObject({
    exact: false,
    sessions: { total: 2, open: 2, recoverable: null, withSourceIp: 0 },
    inventory: { ips: 0, asns: 0 },
  });
  await vi.waitFor(async () => expect((await readCoverage(database.target)).exact).toBe(true), 10_000);
});

test("columns of other types than declared leave the query gate unknown", async () => {
  const database = await aCowrieDatabase({ sessions });
  await database.query(
    "create table public.ip_inventory (ip_address inet primary key, geo_country json, current_asn text)",
  );
  await database.query(
    "create table public.asn_inventory (asn_number bigint primary key, organization_name text, total_session_count int)",
  );
  await database.query(
    `alter table public.session_summaries add source_ip text, add snapshot_asn text, add snapshot_country json,
     add snapshot_ip_types json`,
  );

  const { coverage } = await verify(database.target, { startedBy: "cli" });

  expect(coverage.gates.find(({ id }) => id === "query-performance")).toMatchObject({ value: null, passed: null });
  expect(coverage.sessions).toMatchObject({ total: 2, open: 2, withIpTypes: 0 });
});
