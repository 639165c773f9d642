import { expect, test } from "vitest";
import { censusSql } from "@/lib/enrichment/census-sql";
import { aSweepableDatabase } from "@/lib/testing/sweeping";

const columns = ["source_ip", "enrichment_at", "snapshot_asn", "snapshot_country", "snapshot_ip_types"];

test("a census of all pages counts what the sweep then sets aside, before its columns exist", async () => {
  const database = await aSweepableDatabase({
    sessions: [
      { sessionId: "a", enrichment: { cymru: { asn: "bad", country: "usa" } } },
      { sessionId: "b", enrichment: { cymru: { asn: "worse" } } },
      { sessionId: "c", enrichmentText: String.raw`{"x":"\u0000"}` },
      { sessionId: "d", enrichment: { session: { attacker: {} }, enriched_at: 5 } },
      { sessionId: "e", enrichment: { cymru: { asn: 5 } } },
    ],
  });
  await database.query(`alter table public.session_summaries ${columns.map((column) => `drop ${column}`).join(", ")}`);
  await database.query("set default_transaction_read_only = on");
  expect(await database.query(censusSql(database.shape, { pages: 1000 }))).toEqual([
    { reason: "asn-unreadable", count: 2, sampled: 5 },
    { reason: "country-unreadable", count: 1, sampled: 5 },
    { reason: "document-unreadable", count: 1, sampled: 5 },
    { reason: "enriched-at-unreadable", count: 1, sampled: 5 },
    { reason: "ip-unreadable", count: 1, sampled: 5 },
  ]);
});

test("a census that finds nothing still says how many sessions it read", async () => {
  const database = await aSweepableDatabase({ schema: "odd Name", sessions: [{ sessionId: "a" }] });
  expect(await database.query(censusSql(database.shape, { pages: 1 }))).toEqual([
    { reason: null, count: 0, sampled: 1 },
  ]);
});
