import { expect, test } from "vitest";
import { readSetAsideGroups, startRun } from "@/lib/migration";
import { runQueued } from "@/lib/migration/run/runner";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { run } from "@/lib/testing/running";

const document = (address: string, asn: unknown, country: unknown) => ({
  dshield: { ip: { number: address } },
  cymru: { asn, country },
});

const mend = (database: TestDatabase, sessionId: string, enrichment: unknown) =>
  database.query(`update public.session_summaries set enrichment = $2, updated_at = now() where session_id = $1`, [
    sessionId,
    JSON.stringify(enrichment),
  ]);

const readListed = async ({ target }: TestDatabase) =>
  (await readSetAsideGroups(target)).map(({ field, reason, count }) => [field, reason, count]);

const readSession = (database: TestDatabase, sessionId: string) =>
  database.query(
    `select source_ip, snapshot_asn, snapshot_country from public.session_summaries where session_id = $1`,
    [sessionId],
  );

test("what the operator mended is filled by a retry, inventories too; what is still invalid stays listed", async () => {
  const database = await aCowrieDatabase({
    sessions: [
      { sessionId: "mended", enrichment: document("10.0.0.1/8", "four", "usa") },
      { sessionId: "unreadable", enrichmentText: String.raw`{"note":"\u0000"}` },
      { sessionId: "broken", enrichment: document("10.0.0.3", "five", "NL") },
    ],
  });
  expect(await run(database.target)).toMatchObject({ status: "succeeded" });
  expect(await readListed(database)).toEqual([
    ["snapshot_asn", "asn-unreadable", 2],
    ["document", "document-unreadable", 1],
    ["snapshot_country", "country-unreadable", 1],
    ["source_ip", "ip-unreadable", 1],
  ]);
  await mend(database, "mended", document("10.0.0.1", 4134, "US"));
  await mend(database, "unreadable", document("10.0.0.2", 4134, "DE"));

  const retried = await run(database.target, { kind: "catch-up", retriesSetAside: true });
  expect(retried).toMatchObject({ status: "succeeded", error: null });
  expect(retried.lines).toContain("Reading sessions with values set aside again");
  expect(await readListed(database)).toEqual([["snapshot_asn", "asn-unreadable", 1]]);
  expect(await readSession(database, "mended")).toEqual([
    { source_ip: "10.0.0.1", snapshot_asn: 4134, snapshot_country: "US" },
  ]);
  expect(await readSession(database, "unreadable")).toEqual([
    { source_ip: "10.0.0.2", snapshot_asn: 4134, snapshot_country: "DE" },
  ]);
  expect(
    await database.query(
      `select ip_address, current_asn, session_count, geo_country from public.ip_inventory order by 1`,
    ),
  ).toEqual([
    { ip_address: "10.0.0.1", current_asn: 4134, session_count: 1, geo_country: "US" },
    { ip_address: "10.0.0.2", current_asn: 4134, session_count: 1, geo_country: "DE" },
    { ip_address: "10.0.0.3", current_asn: null, session_count: 1, geo_country: "NL" },
  ]);
  expect(await database.query(`select asn_number, unique_ip_count from public.asn_inventory`)).toEqual([
    { asn_number: 4134, unique_ip_count: 2 },
  ]);
});

test("a retry on a database that nobody mended changes no row", async () => {
  const database = await aCowrieDatabase({
    sessions: [{ sessionId: "a", enrichment: document("10.0.0.1", "four", 7) }],
  });
  await run(database.target);
  const rows = `select (select xmin::text from public.session_summaries) as session, (select xmin::text from public.ip_inventory) as ip`;
  const before = await database.query(rows);
  const listed = await readListed(database);
  await run(database.target, { kind: "catch-up", retriesSetAside: true });
  expect(await database.query(rows)).toEqual(before);
  expect(await readListed(database)).toEqual(listed);
});

test("a retry queued from the web is one when a worker executes it; a plain catch-up reads only what it has to", async () => {
  const database = await aCowrieDatabase({
    sessions: [{ sessionId: "a", enrichment: document("10.0.0.1", "four", 7) }],
  });
  await run(database.target);
  await mend(database, "a", document("10.0.0.1", 4, "NL"));
  expect(await run(database.target, { kind: "catch-up" })).toMatchObject({ status: "succeeded" });
  expect(await readSession(database, "a")).toMatchObject([{ snapshot_asn: null, snapshot_country: null }]);

  const { runId } = await startRun(database.target, { kind: "catch-up", startedBy: "web", retriesSetAside: true });
  await runQueued(database.target, runId, { signal: new AbortController().signal, onEvent: () => {} });
  expect(await readSession(database, "a")).toMatchObject([{ snapshot_asn: 4, snapshot_country: "NL" }]);
  expect(await readListed(database)).toEqual([]);
});

test("a value that a later run or the application filled is listed no more", async () => {
  const database = await aCowrieDatabase({
    sessions: [
      { sessionId: "recovered", enrichment: document("10.0.0.1/8", 4, "NL") },
      { sessionId: "filled", enrichment: document("10.0.0.2", "four", "NL") },
    ],
  });
  await run(database.target);
  expect(await readListed(database)).toHaveLength(2);
  await database.query(
    `insert into public.raw_events (source, session_id, payload) values ('t', 'recovered', '{"src_ip":"10.0.0.1"}')`,
  );
  await database.query(`update public.session_summaries set snapshot_asn = 4 where session_id = 'filled'`);
  await run(database.target, { kind: "catch-up" });
  expect(await readSession(database, "recovered")).toMatchObject([{ source_ip: "10.0.0.1" }]);
  expect(await readListed(database)).toEqual([]);
});
