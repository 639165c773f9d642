import { expect, test } from "vitest";
import { forgetSettledSql, retrySetAsideSql } from "@/lib/enrichment/retry-sql";
import { aSweepableDatabase, type SweepableDatabase } from "@/lib/testing/sweeping";

const BROKEN = {
  dshield: { ip: { number: "10.0.0.1/8" } },
  cymru: { asn: "four", country: "usa" },
  spur: { client: { types: 7 } },
  enriched_at: "yesterday",
};
const MENDED = {
  dshield: { ip: { number: "10.0.0.1" } },
  cymru: { asn: 4134, country: "US" },
  spur: { client: { types: ["VPN"] } },
  enriched_at: "2025-06-01",
};
const EVERY_FIELD = ["enrichment_at", "snapshot_asn", "snapshot_country", "snapshot_ip_types", "source_ip"];

/** Reads everything set aside again, as the run `runId` in four parts. */
async function retry(database: SweepableDatabase, runId: number) {
  await database.query(`update tidemark.runs set kind = 'catch-up', status = 'running' where id = $1`, [runId]);
  const total = { scanned: 0, changed: 0, resolved: 0, set_aside: 0 };
  for (let part = 0; part < 4; part += 1) {
    const [row] = await database.query<typeof total>(retrySetAsideSql(database.shape, { part, parts: 4 }));
    for (const name of ["scanned", "changed", "resolved", "set_aside"] as const) total[name] += row?.[name] ?? 0;
  }
  await database.query(`update tidemark.runs set status = 'succeeded' where id = $1`, [runId]);
  return total;
}

const mend = (database: SweepableDatabase, sessionId: string, document: unknown) =>
  database.query(`update public.session_summaries set enrichment = $2 where session_id = $1`, [
    sessionId,
    JSON.stringify(document),
  ]);

const listed = (database: SweepableDatabase) =>
  database.query<{ run_id: string; key: string; field: string; value: string | null }>(
    `select run_id::int, key, field, value from tidemark.set_aside order by run_id, key, field`,
  );

test.each(["json", "jsonb"] as const)(
  "a mended %s document is read again, filled, and leaves the list",
  async (type) => {
    const database = await aSweepableDatabase({
      enrichmentType: type,
      sessions: ["mended", "broken", "gone"].map((sessionId) => ({
        sessionId,
        enrichment: BROKEN,
        columns: { created_at: "2025-01-01T00:00:00Z" },
      })),
    });
    expect(await database.sweep()).toMatchObject({ changed: 3, set_aside: 15 });
    await mend(database, "mended", MENDED);
    await mend(database, "broken", { ...BROKEN, cymru: { asn: "five", country: "usa" } });
    await database.query(`delete from public.session_summaries where session_id = 'gone'`);
    await database.query(`delete from tidemark.touched_keys`);

    const runId = await database.aRun();
    await database.query(forgetSettledSql(database.shape));
    expect(await retry(database, runId)).toEqual({ scanned: 2, changed: 1, resolved: 5, set_aside: 5 });
    expect(await database.query(`select * from public.session_summaries where session_id = 'mended'`)).toMatchObject([
      {
        source_ip: "10.0.0.1",
        snapshot_asn: 4134,
        snapshot_country: "US",
        snapshot_ip_types: ["VPN"],
        enrichment_at: new Date("2025-01-01T00:00:00Z"),
      },
    ]);
    const rows = await listed(database);
    expect(rows.map(({ key, field }) => [key, field])).toEqual(
      [...EVERY_FIELD, ...EVERY_FIELD].map((field) => ["broken", field]),
    );
    expect(rows.filter(({ field }) => field === "snapshot_asn").map(({ value }) => value)).toEqual(["four", "five"]);
    expect(await database.query(`select inventory, key from tidemark.touched_keys order by 1, 2`)).toEqual([
      { inventory: "asn_inventory", key: "4134" },
      { inventory: "ip_inventory", key: "10.0.0.1" },
    ]);

    const [before] = await database.query(
      `select xmin::text from public.session_summaries where session_id = 'broken'`,
    );
    expect(await retry(database, runId)).toEqual({ scanned: 1, changed: 0, resolved: 0, set_aside: 5 });
    expect(await database.query(`select xmin::text from public.session_summaries where session_id = 'broken'`)).toEqual(
      [before],
    );
  },
);

test("a document that can be read now fills its session, and what is invalid in it is set aside instead", async () => {
  const database = await aSweepableDatabase({
    sessions: [
      { sessionId: "a", enrichmentText: '{"note":"\\u0000"}' },
      { sessionId: "b", enrichmentText: '{"note":"\\u0000"}' },
    ],
  });
  await database.sweep();
  await mend(database, "a", { cymru: { asn: "four", country: "nl" } });
  await mend(database, "b", {});
  const runId = await database.aRun();
  expect(await retry(database, runId)).toEqual({ scanned: 2, changed: 2, resolved: 2, set_aside: 1 });
  expect(
    await database.query(
      `select snapshot_asn, snapshot_country, snapshot_ip_types from public.session_summaries order by session_id`,
    ),
  ).toEqual([
    { snapshot_asn: null, snapshot_country: "NL", snapshot_ip_types: [] },
    { snapshot_asn: null, snapshot_country: null, snapshot_ip_types: [] },
  ]);
  expect(await listed(database)).toEqual([{ run_id: runId, key: "a", field: "snapshot_asn", value: "four" }]);
});

test("what is there already is never replaced, and a value that is absent now is settled", async () => {
  const database = await aSweepableDatabase({ sessions: [{ sessionId: "a", enrichment: BROKEN }] });
  await database.sweep();
  await database.query(`update public.session_summaries set source_ip = '9.9.9.9', snapshot_ip_types = '{tor}'`);
  await mend(database, "a", { ...MENDED, cymru: {} });
  expect(await retry(database, await database.aRun())).toMatchObject({ scanned: 1, changed: 0, resolved: 5 });
  expect(await database.query(`select source_ip, snapshot_ip_types from public.session_summaries`)).toEqual([
    { source_ip: "9.9.9.9", snapshot_ip_types: ["tor"] },
  ]);
  expect(await listed(database)).toEqual([]);
});

test("what a column holds by now is settled without reading, a document and other tables' values are not", async () => {
  const database = await aSweepableDatabase({
    sessions: [
      { sessionId: "a", enrichment: BROKEN },
      { sessionId: "b", enrichmentText: '{"note":"\\u0000"}' },
    ],
  });
  const { runId } = await database.sweep();
  await database.query(
    `insert into tidemark.set_aside values ($1, 'ip_inventory', '1.1.1.1', 'enrichment', 'document-unreadable', null)`,
    [runId],
  );
  await database.query(forgetSettledSql(database.shape));
  expect(await listed(database)).toHaveLength(7);
  await database.query(`update public.session_summaries set source_ip = '9.9.9.9', snapshot_asn = 1, snapshot_country = 'NL',
    snapshot_ip_types = '{tor}'`);
  await database.query(forgetSettledSql(database.shape));
  expect((await listed(database)).map(({ key, field }) => [key, field])).toEqual([
    ["1.1.1.1", "enrichment"],
    ["a", "enrichment_at"],
    ["b", "document"],
  ]);
});
