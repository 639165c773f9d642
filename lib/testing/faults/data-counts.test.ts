import { expect, test } from "vitest";
import { readPlan, verify } from "@/lib/migration";
import { aCowrieDatabase, type TestSession } from "@/lib/testing/database";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import { aHoneypot } from "@/lib/testing/honeypot";
import { run } from "@/lib/testing/running";

test("F67: many sessions of one address and one ASN in a batch make one row each, with their sums", async () => {
  const database = await aCowrieDatabase();
  await database.query(
    `insert into public.session_summaries (session_id, enrichment, first_event_at, last_event_at)
     select 's' || n, '{"dshield":{"ip":{"number":"10.0.0.1","as":64500}}}',
       timestamptz '2025-01-01Z' + n * interval '1 hour', timestamptz '2025-01-01Z' + (n + 1) * interval '1 hour'
     from generate_series(1, 700) as n`,
  );
  expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
  const sums = `select (select array_agg(session_count) from public.ip_inventory) as ips,
    (select array_agg(total_session_count) from public.asn_inventory) as asns,
    (select array_agg(extract(epoch from last_seen - first_seen)::int / 3600) from public.ip_inventory) as hours`;
  expect(await database.query(sums)).toEqual([{ ips: [700], asns: [700], hours: [700] }]);

  await database.query(
    `insert into public.session_summaries (session_id, enrichment, first_event_at)
     select 'late' || n, '{"dshield":{"ip":{"number":"10.0.0.1","as":64500}}}', timestamptz '2025-01-02Z'
     from generate_series(1, 50) as n`,
  );
  expect(await run(database.target, { kind: "catch-up" })).toMatchObject({ status: "succeeded", error: null });
  expect(await database.query(sums)).toEqual([{ ips: [750], asns: [750], hours: [700] }]);
});

test("F68: inventories that are computed again, whole or by touched keys, count nothing twice", async () => {
  const { target, query } = await aHoneypot();
  expect(await run(target)).toMatchObject({ status: "succeeded" });
  const before = await dumpOf(target);
  await query(`insert into tidemark.touched_keys
    select 'asn_inventory', asn_number::text from public.asn_inventory
    union all select 'ip_inventory', ip_address from public.ip_inventory`);
  expect(await run(target, { kind: "catch-up" })).toMatchObject({ status: "succeeded" });
  expect(compareDumps(before, await dumpOf(target))).toEqual([]);

  // A missing key makes the phases compute everything.
  await query(`alter table public.session_summaries drop constraint fk_session_source_ip`);
  await query(`delete from public.ip_inventory where ip_address = (select min(ip_address) from public.ip_inventory)`);
  expect(await run(target)).toMatchObject({ status: "succeeded" });
  expect(compareDumps(before, await dumpOf(target))).toEqual([]);
});

const SMALL: [what: string, sessions: TestSession[]][] = [
  ["no session", []],
  ["one session", [{ sessionId: "a", enrichment: { dshield: { ip: { number: "10.0.0.1", as: 64_500 } } } }]],
  ["sessions without any document", ["a", "b", "c"].map((sessionId) => ({ sessionId }))],
];

test.each(SMALL)(
  "F69: a honeypot with %s is migrated, verified, and has nothing left to do",
  async (_what, sessions) => {
    const { target, query } = await aCowrieDatabase({ sessions });
    expect(await run(target)).toMatchObject({ status: "succeeded", error: null });
    expect(await query(`select value from public.schema_state where key = 'schema_version'`)).toEqual([
      { value: "16" },
    ]);
    expect(await query(`select 1 from public.session_summaries where enrichment_at is null`)).toEqual([]);
    const proof = await verify(target, { startedBy: "cli" });
    expect(proof).toMatchObject({ verdict: "migrated", observed: "v16", coverage: { sessions: { open: 0 } } });
    expect(proof.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect((await readPlan(target)).steps).toEqual([]);
  },
);
