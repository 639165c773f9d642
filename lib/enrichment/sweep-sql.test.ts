import { expect, test } from "vitest";
import { countRecoverableSql, hasRecoverableSql, sweepBatchSql } from "@/lib/enrichment/sweep-sql";
import type { TestSession } from "@/lib/testing/database";
import { aSweepableDatabase } from "@/lib/testing/sweeping";

const aDocument = (address: string, asn: number) => ({
  dshield: { ip: { number: address, as: asn, ascountry: "NL" } },
  enriched_at: "2025-01-01",
});

test("a second sweep changes nothing and writes no row", async () => {
  const database = await aSweepableDatabase({
    sessions: [
      { sessionId: "a", enrichment: aDocument("1.1.1.1", 1) },
      { sessionId: "b", enrichment: { cymru: { asn: "bad" } } },
    ],
  });
  const first = await database.sweep();
  expect(first).toMatchObject({ scanned: 2, changed: 2, set_aside: 1 });
  const versions = `select session_id, xmin from public.session_summaries order by 1`;
  const before = await database.query(versions);
  // The session without an address is read again, and what was set aside is there already.
  expect(await database.sweep(first.runId)).toMatchObject({ scanned: 1, changed: 0, set_aside: 0 });
  expect(await database.query(versions)).toEqual(before);
});

test("a value once there is never replaced, a NULL is filled", async () => {
  const database = await aSweepableDatabase({ sessions: [{ sessionId: "a", enrichment: aDocument("1.1.1.1", 1) }] });
  await database.query(`update public.session_summaries
    set source_ip = '9.9.9.9', snapshot_country = 'FR', snapshot_ip_types = '{tor}'`);
  await database.sweep();
  expect(await database.query(`select * from public.session_summaries`)).toMatchObject([
    {
      source_ip: "9.9.9.9",
      snapshot_asn: 1,
      snapshot_country: "FR",
      snapshot_ip_types: ["tor"],
      enrichment_at: new Date("2025-01-01"),
    },
  ]);
});

test("nothing else of a session changes, updated_at neither", async () => {
  const database = await aSweepableDatabase({ sessions: [{ sessionId: "a", enrichment: aDocument("1.1.1.1", 1) }] });
  const others = `select to_jsonb(s) - array['source_ip', 'enrichment_at', 'snapshot_asn', 'snapshot_country', 'snapshot_ip_types']
    as others from public.session_summaries as s`;
  const before = await database.query(others);
  await database.sweep();
  expect(await database.query(others)).toEqual(before);
});

test("a batch takes its own pages only", async () => {
  const filler = "x".repeat(1000);
  const sessions = Array.from(
    { length: 30 },
    (_, index): TestSession => ({ sessionId: `${index}`, columns: { matcher: "m" }, enrichment: { filler, index } }),
  );
  const database = await aSweepableDatabase({ sessions });
  await database.query(`alter table public.session_summaries alter enrichment set storage plain`);
  await database.query(`update public.session_summaries set enrichment = enrichment`);
  await database.query(`vacuum full public.session_summaries`);
  const [page] = await database.query<{ count: number }>(
    `select count(*)::int as count from public.session_summaries where ctid < '(1,0)'`,
  );
  expect(page?.count).toBeLessThan(sessions.length);
  const runId = await database.aRun();
  const [first] = await database.query(sweepBatchSql(database.shape), ["(0,0)", "(1,0)", runId]);
  expect(first).toEqual({ scanned: page?.count, changed: page?.count, set_aside: 0 });
  const [open] = await database.query(
    `select count(*)::int as count from public.session_summaries where enrichment_at is null`,
  );
  expect(open).toEqual({ count: sessions.length - (page?.count ?? 0) });
});

test("parents come first: with live foreign keys every session gets its address and its ASN", async () => {
  const database = await aSweepableDatabase({
    sessions: [
      {
        sessionId: "a",
        enrichment: aDocument("1.1.1.1", 1),
        columns: { first_event_at: "2025-01-02", last_event_at: "2025-01-03" },
      },
      { sessionId: "b", enrichment: aDocument("1.1.1.1", 2), columns: { last_event_at: "2025-01-01" } },
    ],
  });
  await database.query(`alter table public.session_summaries
    add foreign key (source_ip) references public.ip_inventory,
    add foreign key (snapshot_asn) references public.asn_inventory`);
  await database.query(`insert into public.asn_inventory (asn_number, organization_name, first_seen, last_seen)
    values (2, 'kept', now(), now())`);
  expect(await database.sweep()).toMatchObject({ changed: 2 });
  const asns = `select asn_number, organization_name, total_session_count, unique_ip_count from public.asn_inventory order by 1`;
  expect(await database.query(asns)).toEqual([
    { asn_number: 1, organization_name: null, total_session_count: 0, unique_ip_count: 0 },
    { asn_number: 2, organization_name: "kept", total_session_count: 0, unique_ip_count: 0 },
  ]);
  expect(await database.query(`select * from public.ip_inventory`)).toMatchObject([
    {
      ip_address: "1.1.1.1",
      session_count: 0,
      first_seen: new Date("2025-01-01"),
      last_seen: new Date("2025-01-03"),
      enrichment: {},
      enrichment_updated_at: null,
    },
  ]);
  expect(await database.query(`select inventory, key from tidemark.touched_keys order by 1, 2`)).toEqual([
    { inventory: "asn_inventory", key: "1" },
    { inventory: "asn_inventory", key: "2" },
    { inventory: "ip_inventory", key: "1.1.1.1" },
  ]);
});

test("without inventories no stub and no touched key is written", async () => {
  const database = await aSweepableDatabase({
    sessions: [{ sessionId: "a", enrichment: aDocument("1.1.1.1", 1) }],
    shape: { inventories: [] },
  });
  await database.query(`drop table public.ip_inventory, public.asn_inventory`);
  expect(await database.sweep()).toMatchObject({ changed: 1 });
  expect(await database.query(`select * from tidemark.touched_keys`)).toEqual([]);
});

test("F72: a session that ingest changes while its batch waits keeps what ingest wrote and stays open", async () => {
  const database = await aSweepableDatabase({
    sessions: [
      { sessionId: "a", enrichment: aDocument("1.1.1.1", 1) },
      { sessionId: "b", enrichment: aDocument("2.2.2.2", 2) },
    ],
  });
  const ingest = await database.client();
  await ingest.query("begin");
  await ingest.query(`update public.session_summaries set enrichment = $1 where session_id = 'a'`, [
    JSON.stringify(aDocument("3.3.3.3", 3)),
  ]);
  const sweeper = await database.client();
  const [backend] = (await sweeper.query(`select pg_backend_pid() as pid`)).rows;
  const runId = await database.aRun();
  const swept = sweeper.query(sweepBatchSql(database.shape), ["(0,0)", "(100,0)", runId]);
  const isWaiting = `select exists (select from pg_locks where pid = $1 and not granted) as waits`;
  while ((await database.query<{ waits: boolean }>(isWaiting, [backend.pid]))[0]?.waits !== true);
  await ingest.query("commit");

  expect((await swept).rows).toEqual([{ scanned: 2, changed: 1, set_aside: 0 }]);
  const addresses = `select session_id, source_ip from public.session_summaries order by 1`;
  expect(await database.query(addresses)).toEqual([
    { session_id: "a", source_ip: null },
    { session_id: "b", source_ip: "2.2.2.2" },
  ]);
  expect(await database.sweep(runId)).toMatchObject({ changed: 1 });
  expect(await database.query(addresses)).toMatchObject([{ source_ip: "3.3.3.3" }, { source_ip: "2.2.2.2" }]);
});

test("an ASN from elsewhere that the inventory cannot hold gets no row there", async () => {
  const database = await aSweepableDatabase({ sessions: [{ sessionId: "a", enrichment: aDocument("1.1.1.1", 1) }] });
  await database.query(`update public.session_summaries set snapshot_asn = -1`);
  expect(await database.sweep()).toMatchObject({ changed: 1 });
  expect(await database.query(`select * from public.asn_inventory`)).toEqual([]);
});

test("a swept session is recoverable once the rules give it an address", async () => {
  const database = await aSweepableDatabase({ sessions: [{ sessionId: "a" }, { sessionId: "b" }, { sessionId: "c" }] });
  const recoverable = async () => [
    ...(await database.query(hasRecoverableSql(database.shape))),
    ...(await database.query(countRecoverableSql(database.shape))),
  ];
  await database.sweep();
  expect(await recoverable()).toEqual([{ exists: false }, { count: 0 }]);
  await database.query(
    `insert into public.raw_events (source, session_id, payload) values ('t', 'a', '{"src_ip":"1.1.1.1"}')`,
  );
  await database.query(
    `update public.session_summaries set enrichment = '{"session":{"2.2.2.2":{}}}' where session_id = 'b'`,
  );
  expect(await recoverable()).toEqual([{ exists: true }, { count: 2 }]);
  expect(await database.sweep()).toMatchObject({ scanned: 3, changed: 2 });
  expect(await recoverable()).toEqual([{ exists: false }, { count: 0 }]);
});
