import { expect, test } from "vitest";
import { readSetAside, type SetAsideCursor, type SetAsidePage } from "@/lib/migration";
import { aCowrieDatabase, type TestDatabase, type TestSession } from "@/lib/testing/database";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import { aHoneypot } from "@/lib/testing/honeypot";
import { startIngest } from "@/lib/testing/ingest";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { run } from "@/lib/testing/running";

const isSoak = process.env.TIDEMARK_SOAK === "1";

/** Of one test, in milliseconds. */
const TIMEOUT_MS = isSoak ? 900_000 : 120_000;

/** Ids that bytes and languages put in different orders. */
const IDS = [
  "a",
  "A",
  "b",
  "B",
  "_",
  "_a",
  "a-b",
  "ab",
  "aB",
  "Z",
  "z",
  "ä",
  "é",
  "e",
  "ß",
  "ss",
  "10",
  "9",
  "日本",
  "🍯",
];

test("F71: the order of text in a database decides nothing: under C and under en-US it comes to the same", async (context) => {
  // Sessions of one address at one time: which one is the latest is decided by the ids alone.
  const sessions = IDS.flatMap((id): TestSession[] => [
    {
      sessionId: id,
      enrichment: { dshield: { ip: { number: "10.0.0.1", as: 64_500 } }, cymru: { asn_org: id, country: "us" } },
      columns: { created_at: "2025-01-01T00:00:00Z", updated_at: "2025-01-01T00:00:00Z" },
    },
    {
      sessionId: `of ${id}`,
      enrichment: { session: { [id]: {}, "2001:DB8::B": {}, "2001:db8::a": {} }, cymru: { asn: id, country: id } },
      columns: { created_at: "2025-01-01T00:00:00Z", updated_at: "2025-01-01T00:00:00Z" },
    },
  ]);
  const dumps: string[][] = [];
  const orders: string[][] = [];
  for (const collation of ["C", "en-US"] as const) {
    const database = await aCowrieDatabase({ collation, sessions }).catch((cause: { code?: string }) => {
      // Before PostgreSQL 15 a database has no ICU collation.
      if (cause.code === "42601") return null;
      throw cause;
    });
    if (database === null) return context.skip("CREATE DATABASE has no locale_provider before PostgreSQL 15");
    expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
    dumps.push(await dumpOf(database.target));
    orders.push(await readIds(database));
    const listed = new Set<string>();
    let after: SetAsideCursor | null = null;
    do {
      const page: SetAsidePage = await readSetAside(database.target, { filter: {}, after, limit: 7 });
      for (const { key, field } of page.values) listed.add(`${key} ${field}`);
      after = page.next;
    } while (after !== null);
    const [stored] = await database.query<{ count: number }>(`select count(*)::int as count from tidemark.set_aside`);
    expect(listed.size).toBe(stored?.count);
  }
  expect(orders[0]).not.toEqual(orders[1]);
  expect(compareDumps(dumps[0] ?? [], dumps[1] ?? [])).toEqual([]);
});

test("F72: sessions that ingest moves about during a sweep are all filled in the end", {
  timeout: TIMEOUT_MS,
}, async () => {
  const database = await aHoneypot({ sessions: isSoak ? 50_000 : 1_200 });
  const before = await snapshotOf(database);
  const places = await readPlaces(database);
  const ingest = await startIngest(database, { rate: 400, touchEvery: 1 });
  expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
  const written = await ingest.stop();
  expect(written.errors).toEqual([]);

  const after = await readPlaces(database);
  const moved = [...written.acknowledged.keys()].filter((id) => after.get(id) !== places.get(id));
  expect(moved.length).toBeGreaterThan(20);
  await run(database.target, { kind: "catch-up" });
  expect(await database.query(`select session_id from public.session_summaries where enrichment_at is null`)).toEqual(
    [],
  );
  await expectInvariants(database, { before, finished: true, ingest: written });
});

test("F70: a migration beside a writing ingest neither bloats the table nor makes the writer wait", {
  timeout: TIMEOUT_MS,
}, async () => {
  const database = await aHoneypot({ sessions: isSoak ? 200_000 : 2_500, addresses: 300 });
  const size = `select pg_catalog.pg_table_size('public.session_summaries')::float8
    + pg_catalog.pg_indexes_size('public.session_summaries')::float8 as bytes`;
  await database.query("vacuum analyze public.session_summaries");
  const [before] = await database.query<{ bytes: number }>(size);
  const ingest = await startIngest(database, { rate: 50 });
  expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
  const written = await ingest.stop();
  const [after] = await database.query<{ bytes: number }>(size);
  expect((after?.bytes ?? 0) / (before?.bytes ?? 1)).toBeLessThan(2.2);
  expect(written.errors).toEqual([]);
  // The lock timeout and what a busy machine adds to it.
  expect(written.longestStallMs).toBeLessThan(3_500);
});

async function readIds(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ id: string }>(`select session_id as id from public.session_summaries order by 1`);
  return rows.map(({ id }) => id);
}

async function readPlaces(database: TestDatabase): Promise<Map<string, string>> {
  const rows = await database.query<{ id: string; place: string }>(
    `select session_id as id, ctid::text as place from public.session_summaries`,
  );
  return new Map(rows.map(({ id, place }) => [id, place]));
}
