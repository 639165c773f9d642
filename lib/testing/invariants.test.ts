import { expect, test } from "vitest";
import { aCowrieDatabase, type TestDatabase, type TestSession } from "@/lib/testing/database";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import { aHoneypot } from "@/lib/testing/honeypot";
import { startIngest } from "@/lib/testing/ingest";
import { expectInvariants, type Snapshot, snapshotOf } from "@/lib/testing/invariants";
import { run } from "@/lib/testing/running";

const sessions: TestSession[] = Array.from({ length: 6 }, (_, index) => ({
  sessionId: `s${index}`,
  enrichment: { dshield: { ip: { number: `203.0.113.${index % 2}`, as: 64500, ascountry: "SE" } } },
  events: [{ payload: { src_ip: "203.0.113.0" } }],
}));

/** A migrated honeypot and what it was before. */
async function aMigratedHoneypot(): Promise<{ database: TestDatabase; before: Snapshot }> {
  const database = await aCowrieDatabase({ sessions });
  const before = await snapshotOf(database);
  await run(database.target);
  return { database, before };
}

test("holds after a run with ingest writing meanwhile", async () => {
  const database = await aHoneypot();
  const before = await snapshotOf(database);
  const writer = await startIngest(database, { rate: 200 });

  expect((await run(database.target)).status).toBe("succeeded");

  const ingest = await writer.stop();
  expect(ingest.errors).toEqual([]);
  await expectInvariants(database, { before, finished: true, ingest });
});

test("holds before anything happened", async () => {
  const database = await aCowrieDatabase({ sessions });
  await expectInvariants(database, { before: await snapshotOf(database), finished: false });
});

test.each([
  [
    "I1",
    "a changed session",
    "update public.session_summaries set risk_score = 99 where session_id = (select min(session_id) from public.session_summaries)",
  ],
  [
    "I1",
    "a lost session",
    "delete from public.session_summaries where session_id = (select min(session_id) from public.session_summaries)",
  ],
  ["I1", "a lost raw event", "delete from public.raw_events where id = (select min(id) from public.raw_events)"],
  [
    "I3",
    "a wrong count",
    "update public.ip_inventory set session_count = 9999 where ip_address = (select min(ip_address) from public.ip_inventory)",
  ],
  ["I4", "a claim that is not so", "drop index public.idx_session_source_ip"],
  ["I5", "a run that still says running", "update tidemark.runs set status = 'running' where id = 1"],
])("notices a violation of %s: %s", async (id, _what, statement) => {
  const { database, before } = await aMigratedHoneypot();
  await database.query(statement);

  await expect(expectInvariants(database, { before, finished: true })).rejects.toThrow(`${id}:`);
});

test("notices a violation of I2 and I6: a row that was acknowledged and is not there, a writer that waited", async () => {
  const { database, before } = await aMigratedHoneypot();
  const row = { sessionId: "gone", eventCount: 1, address: null, stallMs: 9_999 };
  const ingest = { acknowledged: new Map([["gone", row]]), errors: [], longestStallMs: 9_999 };

  await expect(expectInvariants(database, { before, finished: false, ingest })).rejects.toThrow("I2:");
  const nothing = { ...ingest, acknowledged: new Map() };
  await expect(expectInvariants(database, { before, finished: false, ingest: nothing })).rejects.toThrow("I6:");
});

test("notices a violation of I7: the password in a log line, or on the screen", async () => {
  const { database, before } = await aMigratedHoneypot();
  const said = [`could not connect to ${database.target.connectionString}`];
  await expect(expectInvariants(database, { before, finished: false, said })).rejects.toThrow("I7:");

  await database.query("update tidemark.log_lines set message = $1 where seq = 1", said);
  await expect(expectInvariants(database, { before, finished: false })).rejects.toThrow("I7:");
});

test("says what one dump has more or less than the other", async () => {
  const { database, before } = await aMigratedHoneypot();
  const expected = await dumpOf(database.target);
  expect(compareDumps(expected, expected)).toEqual([]);

  expect(compareDumps(await dumpOf(before.twin.target), expected)).toEqual(
    expect.arrayContaining(["missing: state schema_version=15", "unexpected: state schema_version=16"]),
  );
});
