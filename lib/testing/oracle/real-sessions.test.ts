import type pg from "pg";
import { expect, test } from "vitest";
import type { RunEvent } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { runToEnd } from "@/lib/migration";
import { aCowrieDatabase } from "@/lib/testing/database";
import { compareInventories, compareSetAside, compareSnapshots, readAll } from "@/lib/testing/oracle/comparison";
import { aggregateInventories } from "@/lib/testing/oracle/inventories";
import { tryReadJson } from "@/lib/testing/oracle/json";
import { compareBytes } from "@/lib/testing/oracle/json-text";
import { loadRawEvents, loadSessions } from "@/lib/testing/oracle/loading";
import { type ComposedSession, composeSessions, reasonWithoutSessions } from "@/lib/testing/oracle/real-sessions";
import { readSession } from "@/lib/testing/oracle/session";

test.for(["json", "jsonb"] as const)(
  "after a migration of the real sessions every value equals the oracle's, with %s documents",
  { timeout: 300_000 },
  async (enrichmentType, context) => {
    const sessions = composeSessions()?.filter(
      ({ document }) => enrichmentType === "json" || document === null || tryReadJson(document) !== null,
    );
    if (sessions === undefined) return context.skip(reasonWithoutSessions() ?? "");
    expect(sessions.length).toBeGreaterThan(49_000);

    const database = await aCowrieDatabase({ enrichmentType });
    const client = await database.client();
    const { schema } = database.target;
    await loadSessions(client, schema, sessions);
    const runId = await run(database.target, "migrate");

    const read = readAll(sessions);
    expect((await compareSnapshots(client, schema, read)).slice(0, 10)).toEqual([]);
    expect((await compareSetAside(client, runId, read)).slice(0, 10)).toEqual([]);
    expect((await compareInventories(client, schema, read)).slice(0, 10)).toEqual([]);
  },
);

test("the composed sessions meet every reason and every value many times", (context) => {
  const sessions = composeSessions({ limit: 20_000 });
  if (sessions === null) return context.skip(reasonWithoutSessions() ?? "");
  const counts = new Map<string, number>();
  const count = (word: string) => counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const { values, setAside } of readAll(sessions)) {
    for (const { reason } of setAside) count(reason);
    if (values.sourceIp !== null) count("source_ip");
    if (values.snapshotAsn !== null) count("snapshot_asn");
    if (values.snapshotCountry !== null) count("snapshot_country");
    if (values.snapshotIpTypes !== null && values.snapshotIpTypes.length > 0) count("snapshot_ip_types");
  }
  expect([...counts.keys()].sort()).toEqual([
    "asn-out-of-range",
    "asn-unreadable",
    "country-unreadable",
    "document-unreadable",
    "enriched-at-unreadable",
    "ip-types-unreadable",
    "ip-unreadable",
    "snapshot_asn",
    "snapshot_country",
    "snapshot_ip_types",
    "source_ip",
  ]);
  expect(Math.min(...counts.values())).toBeGreaterThan(50);
  expect(composeSessions({ limit: 1000 })).toEqual(composeSessions({ limit: 1000 }));
});

test("a catch-up brings late sessions and late raw events to where one migration would have brought them", {
  timeout: 120_000,
}, async (context) => {
  const sessions = composeSessions({ limit: 6000 });
  if (sessions === null) return context.skip(reasonWithoutSessions() ?? "");
  const isLate = (index: number) => index % 3 === 0;
  const isRecoverable = (session: ComposedSession) =>
    readSession({ ...session, rawEvents: [] }).values.sourceIp === null;
  const early = sessions.filter((_, index) => !isLate(index));

  const database = await aCowrieDatabase();
  const client = await database.client();
  const { schema } = database.target;
  await loadSessions(
    client,
    schema,
    early.map((session) => (isRecoverable(session) ? { ...session, rawEvents: [] } : session)),
  );
  await run(database.target, "migrate");
  const applications = await takeOver(client, schema);

  await loadRawEvents(client, schema, early.filter(isRecoverable));
  await loadSessions(
    client,
    schema,
    sessions.filter((_, index) => isLate(index)),
  );
  await run(database.target, "catch-up");

  const read = readAll(sessions);
  expect((await compareSnapshots(client, schema, read)).slice(0, 10)).toEqual([]);
  const differences = await compareInventories(client, schema, read);
  expect(differences.filter((difference) => !applications.has(difference.key)).slice(0, 10)).toEqual([]);

  // The application's rows are only widened: its document stays, a NULL is filled, a smaller count grows.
  // A catch-up looks only at addresses of which a session came or changed.
  const touched = new Set(
    read.flatMap((session, index) => (isLate(index) || isRecoverable(session) ? (session.values.sourceIp ?? []) : [])),
  );
  const expected = aggregateInventories(read).ips.filter(
    ({ ipAddress }) => applications.has(ipAddress) && touched.has(ipAddress),
  );
  const { rows } = await client.query(
    `select ip_address, geo_country, current_asn, session_count from ${schema}.ip_inventory
     where enrichment_updated_at is not null and ip_address = any ($1) order by ip_address collate "C"`,
    [[...touched]],
  );
  expect(rows).toEqual(
    expected
      .sort((a, b) => compareBytes(a.ipAddress, b.ipAddress))
      .map(({ ipAddress, currentAsn, sessionCount }) => ({
        ip_address: ipAddress,
        geo_country: "AQ",
        current_asn: currentAsn,
        session_count: Math.max(sessionCount, 3),
      })),
  );
  expect(rows.length).toBeGreaterThan(50);
});

/** Makes every second address a row of the application, with a document and a count of its own and no ASN. */
async function takeOver(client: pg.Client, schema: string): Promise<Set<string>> {
  const { rows } = await client.query<{ ip_address: string }>(
    `update ${schema}.ip_inventory
     set enrichment_updated_at = now(), enrichment = '{"maxmind": {"country": "aq"}}', session_count = 3, current_asn = null
     where ip_address in (select ip_address from (
       select ip_address, row_number() over (order by ip_address) as n from ${schema}.ip_inventory) as numbered where n % 2 = 0)
     returning ip_address`,
  );
  return new Set(rows.map((row) => row.ip_address));
}

/** Runs to the end and gives the run's id. */
async function run(target: DatabaseTarget, kind: "migrate" | "catch-up"): Promise<number> {
  const events: RunEvent[] = [];
  const { signal } = new AbortController();
  await runToEnd(target, { kind, startedBy: "cli", signal, onEvent: (event) => events.push(event) });
  const finished = events.find((event) => event.type === "run-finished");
  expect(finished).toMatchObject({ status: "succeeded", error: null });
  return finished?.runId ?? 0;
}
