import { expect, test } from "vitest";
import type { TestSession } from "@/lib/testing/database";
import { aSweepableDatabase, type SweepableDatabase } from "@/lib/testing/sweeping";

/** What a sweep makes of the sessions: by session id its address, else what was set aside of it. */
async function readAddresses(database: SweepableDatabase): Promise<Record<string, unknown>> {
  const { runId } = await database.sweep();
  const rows = await database.query<{ session_id: string; found: unknown }>(
    `select s.session_id, coalesce(s.source_ip, a.reason || ' ' || a.value) as found
     from public.session_summaries as s
     left join tidemark.set_aside as a on a.run_id = $1 and a.key = s.session_id and a.field = 'source_ip'`,
    [runId],
  );
  return Object.fromEntries(rows.map(({ session_id, found }) => [session_id, found]));
}

const named = (sessionId: string, ...keys: string[]): TestSession => ({
  sessionId,
  enrichment: { session: Object.fromEntries(keys.map((key) => [key, {}])) },
});

test("the address comes from the keys of session where the document says it nowhere else", async () => {
  const database = await aSweepableDatabase({
    sessions: [
      named("one", "2001:DB8::1"),
      named("one in two spellings", "2001:db8:0::1", " 2001:DB8::1 "),
      named("one beside others that are none", "attacker", "1.2.3.4/8", "10.0.0.2", ""),
      named("several", "9.9.9.9", "10.0.0.2", "2001:db8::1"),
      named("none", "b", "attacker", " "),
      named("only blanks", "", " \t"),
      named("empty"),
      { sessionId: "no object", enrichment: { session: ["1.1.1.1"] } },
      { sessionId: "text", enrichment: { session: "1.1.1.1" } },
      { sessionId: "entry is no object", enrichment: { session: { "1.1.1.1": null } } },
    ],
  });
  expect(await readAddresses(database)).toEqual({
    one: "2001:db8::1",
    "one in two spellings": "2001:db8::1",
    "one beside others that are none": "10.0.0.2",
    several: "10.0.0.2",
    none: "ip-unreadable attacker",
    "only blanks": null,
    empty: null,
    "no object": null,
    text: null,
    "entry is no object": "1.1.1.1",
  });
});

const NUL_PAYLOAD = String.raw`{"src_ip":"6.6.6.6","input":"\u0000"}`;

test("the first raw event decides where the document does not", async () => {
  const early = "2025-01-01T00:00:00Z";
  const late = "2025-01-02T00:00:00Z";
  const events: Record<string, TestSession["events"]> = {
    "by time, not by id": [
      { payload: { src_ip: "2.2.2.2" }, eventTimestamp: late },
      { payload: { src_ip: "1.1.1.1" }, eventTimestamp: early },
    ],
    "events without time come last, by id": [
      { payload: { src_ip: "3.3.3.3" } },
      { payload: { src_ip: "4.4.4.4" } },
      { payload: { src_ip: "2.2.2.2" }, eventTimestamp: late },
    ],
    "unreadable payloads are passed over": [
      { payloadText: NUL_PAYLOAD },
      { payloadText: '{"src_ip":1e999999}' },
      { payload: [1] },
      { payload: "text" },
      { payload: { src_ip: " 5.5.5.5 " } },
    ],
    "a valid src_ip anywhere goes before any peer_ip": [
      { payload: { peer_ip: "7.7.7.7", src_ip: "bad" } },
      { payload: { src_ip: null } },
      { payload: { src_ip: "8.8.8.8" } },
    ],
    "peer_ip where no src_ip is valid": [{ payload: { src_ip: "bad" } }, { payload: { peer_ip: "::FFFF:1.2.3.4" } }],
    "nothing valid": [{ payload: { src_ip: "", peer_ip: "peer" } }, { payload: { src_ip: 5 } }],
    "nothing present": [{ payload: { src_ip: " ", peer_ip: null } }, { payload: {} }],
  };
  const database = await aSweepableDatabase({
    sessions: [
      ...Object.entries(events).map(([sessionId, list]): TestSession => ({ sessionId, events: list ?? [] })),
      { ...named("several names, one of them", "9.9.9.9", "1.1.1.1"), events: [{ payload: { src_ip: "9.9.9.9" } }] },
      { ...named("several names, none of them", "9.9.9.9", "1.1.1.1"), events: [{ payload: { src_ip: "5.5.5.5" } }] },
      { ...named("one name", "9.9.9.9"), events: [{ payload: { src_ip: "5.5.5.5" } }] },
      { ...named("no name", "attacker"), events: [{ payload: { src_ip: "5.5.5.5" } }] },
      { ...named("unreadable name and event", "attacker"), events: [{ payload: { src_ip: "bad" } }] },
    ],
  });
  expect(await readAddresses(database)).toEqual({
    "by time, not by id": "1.1.1.1",
    "events without time come last, by id": "2.2.2.2",
    "unreadable payloads are passed over": "5.5.5.5",
    "a valid src_ip anywhere goes before any peer_ip": "8.8.8.8",
    "peer_ip where no src_ip is valid": "::ffff:1.2.3.4",
    "nothing valid": "ip-unreadable 5",
    "nothing present": null,
    "several names, one of them": "9.9.9.9",
    "several names, none of them": "1.1.1.1",
    "one name": "9.9.9.9",
    "no name": "5.5.5.5",
    "unreadable name and event": "ip-unreadable attacker",
  });
});

test("without raw events the sweep goes on with the document alone", async () => {
  const database = await aSweepableDatabase({
    sessions: [{ sessionId: "a", events: [{ payload: { src_ip: "1.1.1.1" } }] }, named("b", "9.9.9.9", "1.1.1.1")],
    shape: { hasRawEvents: false },
  });
  await database.query(`drop table public.raw_events`);
  expect(await readAddresses(database)).toEqual({ a: null, b: "1.1.1.1" });
});

test("the entry is that of the session's own address, in whatever spelling, the smallest of several", async () => {
  const asn = (number: number) => ({ cymru: { asn: number } });
  const database = await aSweepableDatabase({
    sessions: [
      {
        sessionId: "a",
        enrichment: { session: { "9.9.9.9": asn(9), "2001:DB8::1": asn(1) }, ...number("2001:db8:0::1") },
      },
      { sessionId: "b", enrichment: { session: { "1.1.1.1": asn(2), " 1.1.1.1": asn(3) } } },
      { sessionId: "c", enrichment: { session: { "9.9.9.9": asn(9) }, ...number("1.1.1.1") } },
      { sessionId: "d", enrichment: { session: { "9.9.9.9": asn(9) }, cymru: { asn: "bad" } } },
      { sessionId: "e", enrichment: { session: { "9.9.9.9": asn(9) }, cymru: { asn: 4 } } },
      { sessionId: "f", enrichment: { session: { "8.8.8.8": asn(8), "9.9.9.9": asn(9) } } },
    ],
  });
  await database.query(`update public.session_summaries set source_ip = '9.9.9.9' where session_id = 'f'`);
  await database.sweep();
  expect(await database.query(`select session_id, snapshot_asn from public.session_summaries order by 1`)).toEqual([
    { session_id: "a", snapshot_asn: 1 },
    { session_id: "b", snapshot_asn: 3 },
    { session_id: "c", snapshot_asn: null },
    { session_id: "d", snapshot_asn: 9 },
    { session_id: "e", snapshot_asn: 4 },
    { session_id: "f", snapshot_asn: 9 },
  ]);
});

const number = (address: string) => ({ dshield: { ip: { number: address } } });

const EMPTIES = [
  "null",
  "{}",
  "[]",
  '""',
  '" \\n"',
  '"{}"',
  '" { } "',
  "5",
  "true",
  '"text"',
  '"[1]"',
  '["{}"]',
  '"null"',
];
const UNREADABLE = [
  String.raw`{"cymru":{"asn":1},"x":"\u0000"}`,
  String.raw`{"\u0000":1}`,
  String.raw`{"x":"\ud800"}`,
  String.raw`{"x":"\udc00\ud800"}`,
  `{"x":1e999999}`,
  String.raw`"\u0000"`,
];
const ENCODED_UNREADABLE = [
  '"{"',
  '"{\\"a\\":}"',
  String.raw`"{\"x\":\"\\u0000\"}"`,
  String.raw`"  {\"x\":\"\\ud800\"}"`,
  '"{\\"x\\":1e999999}"',
  '"{} {}"',
];

test.each(["json", "jsonb"] as const)(
  "F53, F57, F58: empty %s documents are absent, unreadable ones are set aside",
  async (enrichmentType) => {
    const unreadable = enrichmentType === "json" ? [...UNREADABLE, ...ENCODED_UNREADABLE] : ENCODED_UNREADABLE;
    const createdAt = new Date("2020-01-01T00:00:00Z");
    const aSession = (enrichmentText: string, sessionId: string): TestSession => ({
      sessionId,
      enrichmentText,
      columns: { created_at: createdAt },
      events: [{ payload: { src_ip: "1.1.1.1" } }],
    });
    const database = await aSweepableDatabase({
      enrichmentType,
      sessions: [
        ...EMPTIES.map((text, index) => aSession(text, `empty ${index}`)),
        ...unreadable.map((text, index) => aSession(text, `unreadable ${index}`)),
        { sessionId: "empty null", columns: { created_at: createdAt }, events: [{ payload: { src_ip: "1.1.1.1" } }] },
      ],
    });
    expect(await database.sweep()).toMatchObject({ set_aside: unreadable.length });
    const sessions = await database.query<{ session_id: string }>(`select * from public.session_summaries`);
    for (const session of sessions) {
      expect(session).toMatchObject({
        source_ip: "1.1.1.1",
        snapshot_asn: null,
        snapshot_country: null,
        snapshot_ip_types: session.session_id.startsWith("empty") ? [] : null,
        enrichment_at: createdAt,
      });
    }
    const setAside = await database.query(`select distinct field, reason, value from tidemark.set_aside`);
    expect(setAside).toEqual([{ field: "document", reason: "document-unreadable", value: null }]);
  },
);

test.each(["json", "jsonb"] as const)("F57: a %s document encoded twice is decoded once", async (enrichmentType) => {
  const document = JSON.stringify({
    ...number("1.1.1.1"),
    cymru: { asn: 7 },
    text: "\\u0000 is no escape here: \\\\u0000",
  });
  const database = await aSweepableDatabase({
    enrichmentType,
    sessions: [
      { sessionId: "twice", enrichment: ` ${document}\n` },
      { sessionId: "three times", enrichment: JSON.stringify(document) },
    ],
  });
  expect(await database.sweep()).toMatchObject({ set_aside: 0 });
  expect(
    await database.query(`select source_ip, snapshot_asn from public.session_summaries order by session_id desc`),
  ).toEqual([
    { source_ip: "1.1.1.1", snapshot_asn: 7 },
    { source_ip: null, snapshot_asn: null },
  ]);
});

test("F59: of a key given twice the last one counts", async () => {
  const database = await aSweepableDatabase({
    sessions: [{ sessionId: "a", enrichmentText: '{"cymru":{"asn":1},"cymru":{"asn":"bad","asn":2}}' }],
  });
  await database.sweep();
  expect(await database.query(`select snapshot_asn from public.session_summaries`)).toEqual([{ snapshot_asn: 2 }]);
});

test("F65: enrichment_at falls back from created_at to the session's times, read as UTC where they have no zone", async () => {
  const database = await aSweepableDatabase({
    sessions: [
      { sessionId: "a", columns: { created_at: "2020-01-01", last_event_at: "2020-01-02" } },
      {
        sessionId: "b",
        columns: { created_at: "2020-01-01", last_event_at: "2020-01-02", first_event_at: "2020-01-03" },
      },
      { sessionId: "c", columns: { created_at: "2020-01-01", first_event_at: "2020-01-03" } },
    ],
  });
  await database.query(`alter table public.session_summaries
    alter created_at drop not null, alter created_at type timestamp, alter last_event_at type timestamp`);
  await database.query(`update public.session_summaries set created_at = null where session_id <> 'a'`);
  await database.sweep();
  const rows = await database.query<{ at: string }>(
    `select enrichment_at::text as at from public.session_summaries order by session_id`,
  );
  expect(rows.map(({ at }) => at)).toEqual([
    "2020-01-01 00:00:00+00",
    "2020-01-02 00:00:00+00",
    "2020-01-03 00:00:00+00",
  ]);
});

test("the singular column of the application's migration goes before the document", async () => {
  const spur = { spur: { client: { types: ["SERVER"] } } };
  const database = await aSweepableDatabase({
    shape: { hasLegacyIpType: true },
    sessions: [
      { sessionId: "filled", enrichment: spur },
      { sessionId: "blank", enrichment: spur },
      { sessionId: "null", enrichment: spur },
    ],
  });
  await database.query(`alter table public.session_summaries add snapshot_ip_type text`);
  await database.query(`update public.session_summaries set snapshot_ip_type = ' tor ' where session_id = 'filled'`);
  await database.query(`update public.session_summaries set snapshot_ip_type = ' ' where session_id = 'blank'`);
  await database.sweep();
  expect(
    await database.query(`select session_id, snapshot_ip_types as types from public.session_summaries order by 1`),
  ).toEqual([
    { session_id: "blank", types: ["SERVER"] },
    { session_id: "filled", types: ["tor"] },
    { session_id: "null", types: ["SERVER"] },
  ]);
});
