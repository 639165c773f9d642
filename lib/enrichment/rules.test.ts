import { expect, test } from "vitest";
import { aSweepableDatabase } from "@/lib/testing/sweeping";

/** A JSON text at the place under test, and what becomes of it: a value, nothing, or `[reason, scalar]`. */
type Case = [json: string, outcome: string | number | string[] | null | { refused: [reason: string, scalar: string] }];

const refused = (reason: string, scalar: string) => ({ refused: [reason, scalar] as [string, string] });
const list = (length: number, index: number, json: string) =>
  `[${Array.from({ length }, (_, place) => (place === index ? json : '""')).join(",")}]`;

const ASN: Case[] = [
  ["4134", 4134],
  ["4134.0", 4134],
  ["1e3", 1000],
  ['"64501"', 64501],
  ['"AS4134"', 4134],
  ['"as0064501"', 64501],
  ['" \\t\\n\\r\\f\\u000bAs1 "', 1],
  ["2147483647", 2147483647],
  ['"00000000000000000002147483647"', 2147483647],
  ["null", null],
  ['""', null],
  ['"  \\n"', null],
  ["0", null],
  ["-0.0", null],
  ["-1", null],
  ['"-1"', null],
  ['"000"', null],
  ['"AS0"', null],
  ['"na"', null],
  ['"Not Routed"', null],
  ["2147483648", refused("asn-out-of-range", "2147483648")],
  ['"4294967294"', refused("asn-out-of-range", "4294967294")],
  [`"AS${"9".repeat(300)}"`, refused("asn-out-of-range", `AS${"9".repeat(198)}`)],
  ["-2", refused("asn-out-of-range", "-2")],
  ["1e40", refused("asn-out-of-range", `1${"0".repeat(40)}`)],
  ["1.5", refused("asn-unreadable", "1.5")],
  ['"4134.0"', refused("asn-unreadable", "4134.0")],
  ['"0x1F"', refused("asn-unreadable", "0x1F")],
  ['"1_000"', refused("asn-unreadable", "1_000")],
  ['"AS 1"', refused("asn-unreadable", "AS 1")],
  ['"-2"', refused("asn-unreadable", "-2")],
  ['"٤١"', refused("asn-unreadable", "٤١")],
  ['"AS1\\n2"', refused("asn-unreadable", "AS1<U+000A>2")],
  ["true", refused("asn-unreadable", "true")],
  ['"\\u001b[31mAS1\\u202e\\u0085\\u200b"', refused("asn-unreadable", "<U+001B>[31mAS1<U+202E><U+0085><U+200B>")],
  [`"${"\\u0007".repeat(40)}"`, refused("asn-unreadable", "<U+0007>".repeat(25))],
  ["[1]", refused("asn-unreadable", "[1]")],
  ['{"b":1,"aa":2}', refused("asn-unreadable", '{"b": 1, "aa": 2}')],
];

const COUNTRY: Case[] = [
  ['"NL"', "NL"],
  ['"us"', "US"],
  ['" dE\\f"', "DE"],
  ["null", null],
  ['""', null],
  ['" "', null],
  ['"XX"', null],
  ['" xx "', null],
  ['"usa"', refused("country-unreadable", "usa")],
  ['"U1"', refused("country-unreadable", "U1")],
  ['"ÄÖ"', refused("country-unreadable", "ÄÖ")],
  ['"ſs"', refused("country-unreadable", "ſs")],
  ['"ıı"', refused("country-unreadable", "ıı")],
  ['"N"', refused("country-unreadable", "N")],
  ["7", refused("country-unreadable", "7")],
  ["false", refused("country-unreadable", "false")],
  ['["NL"]', refused("country-unreadable", '["NL"]')],
];

const IP_TYPES: Case[] = [
  ['["SERVER","DESKTOP"]', ["SERVER", "DESKTOP"]],
  ['[" B ","A","B",null,"",4]', ["B", "A"]],
  ['"SERVER"', ["SERVER"]],
  ['" unknown "', ["unknown"]],
  ["null", []],
  ['""', []],
  ["[]", []],
  ['[null," "]', []],
  ['[null,4,""]', refused("ip-types-unreadable", '[null, 4, ""]')],
  ['[["SERVER"]]', refused("ip-types-unreadable", '[["SERVER"]]')],
  ["5", refused("ip-types-unreadable", "5")],
  ["false", refused("ip-types-unreadable", "false")],
  ["{}", refused("ip-types-unreadable", "{}")],
];

const CLASSIFICATION: Case[] = [
  ['"tor"', ["tor"]],
  ['"UNKNOWN"', []],
  ['["Unknown"]', []],
  ['["cloud","unknown"]', ["cloud"]],
  ['["unknown",1]', refused("ip-types-unreadable", '["unknown", 1]')],
  ["1", refused("ip-types-unreadable", "1")],
];

const ADDRESS: Case[] = [
  ['"198.51.100.23"', "198.51.100.23"],
  ['" 0.0.0.0\\n"', "0.0.0.0"],
  ['"255.255.255.255"', "255.255.255.255"],
  ['"2001:DB8:0:0:0:0:0:1"', "2001:db8::1"],
  ['"::"', "::"],
  ['"1:2:3:4:5:6:7::"', "1:2:3:4:5:6:7:0"],
  ['"::2:3:4:5:6:7:8"', "0:2:3:4:5:6:7:8"],
  ['"::FFFF:192.0.2.1"', "::ffff:192.0.2.1"],
  ['"::ffff:c000:201"', "::ffff:192.0.2.1"],
  ['"1:2:3:4:5:6:1.2.3.4"', "1:2:3:4:5:6:102:304"],
  ["null", null],
  ['""', null],
  ['"\\t"', null],
  ...[
    "256.1.1.1",
    "1.2.3",
    "1.2.3.4.5",
    "001.2.3.4",
    "1.2.3.04",
    "1.2.3.4/32",
    "10.0.0.0/8",
    "fe80::1%eth0",
    "::1/128",
    "1::2::3",
    ":::",
    ":1",
    "1:",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4::5:6:7:8",
    "::1:2:3:4:5:6:7:8",
    "12345::",
    "::g",
    "::1.2.3.256",
    "::01.2.3.4",
    "1:2:3:4:5:6:7:1.2.3.4",
    "1.2.3.4:80",
    "1.2.3.4::",
    "١.2.3.4",
    "localhost",
    "0x7f.1",
    "16909060",
  ].map((text): Case => [JSON.stringify(text), refused("ip-unreadable", text)]),
  ["16909060", refused("ip-unreadable", "16909060")],
  ['["1.2.3.4"]', refused("ip-unreadable", '["1.2.3.4"]')],
  ["{}", refused("ip-unreadable", "{}")],
];

const CREATED_AT = "2020-02-02T02:02:02.000Z";
const INSTANT: Case[] = [
  ['"2025-06-02"', "2025-06-02T00:00:00.000Z"],
  ['"2025-06-02T04:11"', "2025-06-02T04:11:00.000Z"],
  ['"2025-06-02 04:11:09"', "2025-06-02T04:11:09.000Z"],
  ['"2025-06-02T04:11:09.5Z"', "2025-06-02T04:11:09.500Z"],
  ['"2025-06-02T04:11:09.9999999999Z"', "2025-06-02T04:11:09.999Z"],
  ['" 2025-06-02T04:11:09+02:00"', "2025-06-02T02:11:09.000Z"],
  ['"2025-06-02T04:11-0330"', "2025-06-02T07:41:00.000Z"],
  ['"2025-06-02T04:11-00:30"', "2025-06-02T04:41:00.000Z"],
  ['"2025-06-02T20:00+15:59"', "2025-06-02T04:01:00.000Z"],
  ['"2024-02-29"', "2024-02-29T00:00:00.000Z"],
  ['"2000-02-29"', "2000-02-29T00:00:00.000Z"],
  ['"9999-12-31T23:59:59Z"', "9999-12-31T23:59:59.000Z"],
  ["null", CREATED_AT],
  ['""', CREATED_AT],
  ...[
    "yesterday",
    "now",
    "infinity",
    "01/02/2024",
    "1700000000",
    "2025-02-29",
    "1900-02-29",
    "2025-04-31",
    "2025-13-01",
    "2025-00-10",
    "2025-01-00",
    "0000-01-01",
    "10000-01-01",
    "2025-6-2",
    "2025-06-02T24:00",
    "2025-06-02T04:60",
    "2025-06-02T04:11:60",
    "2025-06-02T04",
    "2025-06-02T04:11:09.",
    "2025-06-02Z",
    "2025-06-02+02:00",
    "2025-06-02T04:11+16:00",
    "2025-06-02T04:11+02:60",
    "2025-06-02T04:11+02",
    "2025-06-02T04:11 +02:00",
    "2025-06-02t04:11z",
    "2025-06-02  04:11",
    "2025-06-02T04:11:09 UTC",
    "2025-06-02 BC",
  ].map((text): Case => [JSON.stringify(text), refused("enriched-at-unreadable", text)]),
  ["1700000000", refused("enriched-at-unreadable", "1700000000")],
  ["{}", refused("enriched-at-unreadable", "{}")],
];

const nothing = { source_ip: null, snapshot_asn: null, snapshot_country: null, snapshot_ip_types: [] };

/** Where each table's values stand: in every source of the rule that is judged alike. */
const PLACES: [column: string, cases: Case[], wrap: (json: string) => string][] = [
  ["snapshot_asn", ASN, (json) => `{"cymru":{"asn":${json}}}`],
  ["snapshot_asn", ASN, (json) => `{"maxmind":{"asn":${json}}}`],
  ["snapshot_asn", ASN, (json) => `{"dshield":{"ip":{"as":${json}}}}`],
  ["snapshot_asn", ASN, (json) => `{"dshield":{"ip":{"asn":${json}}}}`],
  ["snapshot_asn", ASN, (json) => `{"dshield":{"ip":{"asnumber":${json}}}}`],
  ["snapshot_asn", ASN, (json) => `{"spur":{"asn":{"number":${json}}}}`],
  ["snapshot_country", COUNTRY, (json) => `{"maxmind":{"country":${json}}}`],
  ["snapshot_country", COUNTRY, (json) => `{"cymru":{"country":${json}}}`],
  ["snapshot_country", COUNTRY, (json) => `{"dshield":{"ip":{"ascountry":${json}}}}`],
  ["snapshot_ip_types", IP_TYPES, (json) => `{"spur":{"client":{"types":${json}}}}`],
  ["snapshot_ip_types", IP_TYPES, (json) => `{"spur":${list(18, 9, json)}}`],
  ["snapshot_ip_types", CLASSIFICATION, (json) => `{"ip_classification":{"ip_type":${json}}}`],
  ["source_ip", ADDRESS, (json) => `{"dshield":{"ip":{"number":${json}}}}`],
  ["source_ip", ADDRESS, (json) => `{"session_metadata":{"source_ip":${json}}}`],
  ["enrichment_at", INSTANT, (json) => `{"enriched_at":${json}}`],
];

const FIELDS: [title: string, column: string][] = [
  ["F54, F55, F56: every spelling of an ASN", "snapshot_asn"],
  ["F60: every spelling of a country", "snapshot_country"],
  ["every spelling of address types", "snapshot_ip_types"],
  ["F62: every spelling of an address", "source_ip"],
  ["F64: every spelling of a moment, whatever the DateStyle", "enrichment_at"],
];

test.each(FIELDS.flatMap((field) => (["json", "jsonb"] as const).map((type) => [...field, type] as const)))(
  "%s, in each place of %s, is read from %s documents as the table says",
  async (_title, field, enrichmentType) => {
    const cases = PLACES.filter(([column]) => column === field).flatMap(([column, table, wrap]) =>
      table.map(([json, outcome]) => ({ column, document: wrap(json), outcome })),
    );
    const database = await aSweepableDatabase({
      enrichmentType,
      sessions: cases.map(({ document }, index) => ({
        sessionId: `${index}`,
        enrichmentText: document,
        columns: { created_at: CREATED_AT },
      })),
    });
    await database.query(`set datestyle = 'SQL, DMY'; set timezone = 'Asia/Tokyo'`);
    const { runId } = await database.sweep();
    await database.query(`reset datestyle; reset timezone`);

    const sessions = await database.query<Record<string, unknown>>(`select * from public.session_summaries`);
    const setAside = await database.query<{ key: string; field: string; reason: string; value: string }>(
      `select key, field, reason, value from tidemark.set_aside where run_id = $1`,
      [runId],
    );
    const read = new Map(sessions.map((session) => [session.session_id, session]));
    const found = cases.map(({ column, document }, index) => {
      const { source_ip, snapshot_asn, snapshot_country, snapshot_ip_types, enrichment_at } =
        read.get(`${index}`) ?? {};
      return {
        column,
        document,
        values: { source_ip, snapshot_asn, snapshot_country, snapshot_ip_types, enrichment_at },
        setAside: setAside
          .filter(({ key }) => key === `${index}`)
          .map(({ field, reason, value }) => [field, reason, value]),
      };
    });
    const wanted = cases.map(({ column, document, outcome }) => {
      const refusal = outcome !== null && typeof outcome === "object" && "refused" in outcome ? outcome.refused : null;
      const values: Record<string, unknown> = { ...nothing, enrichment_at: new Date(CREATED_AT) };
      if (refusal === null && outcome !== null) {
        values[column] = column === "enrichment_at" ? new Date(String(outcome)) : outcome;
      }
      return { column, document, values, setAside: refusal === null ? [] : [[column, ...refusal]] };
    });
    expect(found).toEqual(wanted);
  },
);

test("sources are tried in order, and an invalid one gives way to the next valid one without being set aside", async () => {
  const documents: [document: unknown, values: Record<string, unknown>][] = [
    [{ cymru: { asn: 1 }, maxmind: { asn: 2 }, dshield: { ip: { as: 3 } } }, { snapshot_asn: 1 }],
    [
      { cymru: { asn: "bad" }, maxmind: { asn: 0 }, dshield: { ip: { as: "x", asn: 4, asnumber: 5 } } },
      { snapshot_asn: 4 },
    ],
    [{ dshield: { ip: { asnumber: 5 } }, spur: { asn: { number: 6 } } }, { snapshot_asn: 5 }],
    [
      { maxmind: { country: "usa" }, cymru: { country: "XX" }, dshield: { ip: { ascountry: "de" } } },
      { snapshot_country: "DE" },
    ],
    [{ maxmind: { country: "FR" }, cymru: { country: "BE" } }, { snapshot_country: "FR" }],
    [{ spur: { client: { types: 5 } }, ip_classification: { ip_type: "tor" } }, { snapshot_ip_types: ["tor"] }],
    [
      { dshield: { ip: { number: "bad" } }, session_metadata: { source_ip: "1.1.1.1" }, session: { "2.2.2.2": {} } },
      { source_ip: "1.1.1.1" },
    ],
  ];
  const database = await aSweepableDatabase({
    sessions: documents.map(([enrichment], index) => ({ sessionId: `${index}`, enrichment })),
  });
  expect(await database.sweep()).toMatchObject({ changed: documents.length, set_aside: 0 });
  const sessions = await database.query(`select * from public.session_summaries order by session_id`);
  expect(sessions).toMatchObject(documents.map(([, values]) => values));
});

test("of several invalid sources the first is set aside, top level before the session's entry", async () => {
  const entry = { cymru: { asn: "nested" }, maxmind: { country: "nested" } };
  const database = await aSweepableDatabase({
    sessions: [
      {
        sessionId: "a",
        enrichment: {
          session: { "1.1.1.1": entry },
          cymru: { asn: "NA", country: "first" },
          maxmind: { asn: "second", country: null },
          dshield: { ip: { as: "third", ascountry: "third" } },
        },
      },
    ],
  });
  await database.sweep();
  expect(await database.query(`select field, value from tidemark.set_aside order by field`)).toEqual([
    { field: "snapshot_asn", value: "nested" },
    { field: "snapshot_country", value: "nested" },
  ]);
});

test("F58: a path through something that is no object is absent", async () => {
  const odd = [5, "text", true, null, [], [{ ip: { as: 1 }, asn: 1 }], ["x"]];
  const database = await aSweepableDatabase({
    sessions: odd.map((provider, index) => ({
      sessionId: `${index}`,
      enrichment: {
        cymru: provider,
        maxmind: provider,
        dshield: index % 2 === 0 ? provider : { ip: provider },
        spur: Array.isArray(provider) ? Array.from({ length: 17 }, () => "X") : provider,
        session: provider,
        session_metadata: provider,
        ip_classification: provider,
      },
    })),
  });
  expect(await database.sweep()).toMatchObject({ changed: odd.length, set_aside: 0 });
  const sessions = await database.query(`select * from public.session_summaries`);
  for (const session of sessions) expect(session).toMatchObject(nothing);
});
