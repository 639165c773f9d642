import { describe, expect, test } from "vitest";
import { BROKEN_STATES, type BrokenState, contradict } from "@/lib/demo/broken/states";
import { readStatus } from "@/lib/migration";
import { aBrokenDemo } from "@/lib/testing/broken-demo";
import type { TestDatabase } from "@/lib/testing/database";
import { dumpOf } from "@/lib/testing/dump";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { expectMigrated } from "@/lib/testing/migrated";
import { run } from "@/lib/testing/running";

/** Snapshots of the sessions, a line each, with `more` columns besides. */
async function readSnapshots(database: TestDatabase, more: string): Promise<string[]> {
  const rows = await database.query<{ line: string }>(
    `select (session_id, source_ip, enrichment_at, snapshot_asn, snapshot_country ${more})::text as line
     from public.session_summaries order by session_id`,
  );
  return rows.map(({ line }) => line);
}

/** Objects of the schema, but for the names of primary keys, which are no drift. */
async function readObjects(database: TestDatabase): Promise<string[]> {
  const lines = await dumpOf(database.target);
  return lines.filter((line) => line.startsWith("object ") && !/(\bpk_|_pkey\b)/.test(line));
}

let clean: ReturnType<typeof migrateClean> | undefined;

/** What a run over the same sessions in a whole v15 leaves; run once. */
const readClean = () => {
  clean ??= migrateClean();
  return clean;
};

async function migrateClean() {
  const database = await aBrokenDemo();
  expect((await run(database.target)).error).toBeNull();
  return {
    snapshots: await readSnapshots(database, ""),
    withTypes: await readSnapshots(database, ", snapshot_ip_types"),
    objects: await readObjects(database),
  };
}

const recordedAfter = (states: readonly BrokenState[]) => (states.includes("v17") ? "17" : "16");

describe("a migration makes a whole v16 of", () => {
  test.each(BROKEN_STATES.filter((state) => state !== "with-dependents"))("%s", async (state) => {
    const clean = await readClean();
    const database = await aBrokenDemo(state);
    const before = await snapshotOf(database);

    const { status, error } = await run(database.target);

    expect({ status, error }).toEqual({ status: "succeeded", error: null });
    await expectMigrated(database, recordedAfter([state]));
    await expectInvariants(database, { before, finished: false });
    expect(await readSnapshots(database, "")).toEqual(clean.snapshots);
    // What the loader wrote into the column in the singular goes before the document.
    if (state !== "plain-ip-types")
      expect(await readSnapshots(database, ", snapshot_ip_types")).toEqual(clean.withTypes);
    const objects = new Set(await readObjects(database));
    expect(clean.objects.filter((line) => !objects.has(line))).toEqual([]);
  });
});

test("F41: claims-16 over empty columns is filled, and its key validated", async () => {
  const database = await aBrokenDemo("claims-16");
  expect(await readStatus(database.target)).toMatchObject({ verdict: "drifted", version: { recorded: "16" } });

  expect((await run(database.target)).error).toBeNull();

  const [counts] = await database.query(
    `select count(*) = count(enrichment_at) as swept, count(source_ip) > 100 as addressed,
       (select bool_and(convalidated) from pg_constraint where contype = 'f' and conname like 'fk\\_%') as validated
     from public.session_summaries`,
  );
  expect(counts).toEqual({ swept: true, addressed: true, validated: true });
});

test("F63: naive times are read as UTC whatever the role's TimeZone, and no row is rewritten", async () => {
  const database = await aBrokenDemo("naive-timestamps");
  // Hours that a clock in Berlin skips, and shows twice.
  const hours = ["2025-03-30 02:30:00", "2025-10-26 02:30:00"];
  await database.query(
    `update public.session_summaries as s set first_event_at = h.at::timestamp, last_event_at = h.at::timestamp
     from (select session_id, ('{${hours.join(",")}}'::text[])[row_number() over (order by session_id)] as at
           from public.session_summaries order by session_id limit 2) as h
     where h.session_id = s.session_id`,
  );
  const node = "select pg_relation_filenode('public.session_summaries') as node";
  const times = (zone: string) =>
    `select session_id, extract(epoch from first_event_at${zone}) as first, extract(epoch from last_event_at${zone}) as last
     from public.session_summaries order by session_id`;
  const [before, rewritten] = [await database.query(times(" at time zone 'UTC'")), await database.query(node)];

  expect((await run(database.target)).error).toBeNull();

  expect(await database.query(times(""))).toEqual(before);
  expect(await database.query(node)).toEqual(rewritten);
  expect(
    await database.query("select first_event_at::text as at from public.session_summaries order by session_id limit 2"),
  ).toEqual(hours.map((at) => ({ at: `${at}+00` })));
});

/** Every pair that goes together, but those whose reports stand in the way: their own test has them. */
const PAIRS = BROKEN_STATES.flatMap((one, index) =>
  BROKEN_STATES.slice(index + 1)
    .filter((other) => other !== "with-dependents" && !contradict(one, other))
    .map((other): BrokenState[] => [one, other]),
);

/** All of them take a minute; by default each state is in some pair. */
const tried = process.env.TIDEMARK_SOAK === undefined ? PAIRS.filter((_, index) => index % 3 === 0) : PAIRS;

describe("a migration makes a whole v16 of both", () => {
  test.each(tried)("%s and %s", async (...states) => {
    const database = await aBrokenDemo(...states);
    const before = await snapshotOf(database);

    const { status, error } = await run(database.target);

    expect({ status, error }).toEqual({ status: "succeeded", error: null });
    await expectMigrated(database, recordedAfter(states));
    await expectInvariants(database, { before, finished: false });
  });
});
