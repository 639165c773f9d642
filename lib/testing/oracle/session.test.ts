import { expect, test } from "vitest";
import { readMoment } from "@/lib/testing/oracle/moment";
import { type RawEvent, readSession, type SessionInput, type SessionReading } from "@/lib/testing/oracle/session";
import { readTextLines, reasonToSkip } from "@/lib/testing/oracle/shared-data";

const CREATED = readMoment("2025-06-01T00:00:00Z") ?? 0n;
const NUL = "\\u0000";

function read(document: string | null, input: Partial<SessionInput> = {}): SessionReading {
  return readSession({ document, createdAt: CREATED, lastEventAt: null, firstEventAt: null, rawEvents: [], ...input });
}

function values(document: string, input: Partial<SessionInput> = {}) {
  const { sourceIp, snapshotAsn, snapshotCountry, snapshotIpTypes } = read(document, input).values;
  return [sourceIp, snapshotAsn, snapshotCountry, snapshotIpTypes];
}

const setAside = (document: string, input: Partial<SessionInput> = {}) =>
  read(document, input).setAside.map(({ field, reason, value }) => [field, reason, value]);

function anEvent(id: number, payload: string, time: string | null = "2025-01-01"): RawEvent {
  return { id, payload, eventTimestamp: time === null ? null : readMoment(time) };
}

const EXAMPLES: Record<string, unknown[]> = {
  "flat-normal": ["198.51.100.23", 64500, "NL", []],
  "flat-asn-string": [null, 64501, "VN", []],
  "flat-empty-fallback": [null, null, null, []],
  "nested-loader": ["203.0.113.77", 64502, "US", []],
  "nested-two-ips-vt": ["2001:db8::1:5", 64503, "DE", []],
  "mixed-flat-over-nested": ["198.51.100.9", 64504, "BR", []],
  "v22-multi-source": ["198.51.100.42", 64505, "SG", ["cloud"]],
  "cymru-fallback-spur-object": ["192.0.2.200", 64506, "IN", ["SERVER", "DESKTOP"]],
  "spur-list-filled": ["192.0.2.31", 64507, "RU", ["DESKTOP", "MOBILE"]],
  "country-asn-oddities": ["192.0.2.99", 64508, null, []],
  "nul-and-control-chars": [null, null, null, null],
  "type-chaos": [null, null, "ZZ", []],
};
const EXAMPLES_SET_ASIDE: Record<string, unknown[]> = {
  "country-asn-oddities": [["snapshot_country", "country-unreadable", "usa"]],
  "nul-and-control-chars": [["document", "document-unreadable", null]],
  "type-chaos": [
    ["snapshot_asn", "asn-out-of-range", "4294967294"],
    ["enrichment_at", "enriched-at-unreadable", "yesterday"],
  ],
};

test("every published example is read as its shape says", (context) => {
  const reason = reasonToSkip("enrichment-examples.ndjson");
  if (reason !== null) return context.skip(reason);
  const lines = readTextLines("enrichment-examples.ndjson");
  expect(lines).toHaveLength(12);
  for (const line of lines) {
    const name = /"name": "([^"]*)"/.exec(line)?.[1] ?? "";
    const document = line.slice(line.indexOf('"enrichment": ') + '"enrichment": '.length, -1);
    // The smallest of two keys of `session`, in bytes, is the IPv6 one unless a raw event names the other.
    const rawEvents = name === "nested-two-ips-vt" ? [anEvent(1, '{"src_ip": "2001:DB8::1:5"}')] : [];
    expect([name, values(document, { rawEvents })]).toEqual([name, EXAMPLES[name]]);
    expect([name, setAside(document, { rawEvents })]).toEqual([name, EXAMPLES_SET_ASIDE[name] ?? []]);
  }
});

const nested = (key: string, entry: string) => `{"session": {"${key}": ${entry}}}`;

test.each([
  ['{"dshield": {"ip": {"number": " 192.0.2.1\\n"}}}', "192.0.2.1"],
  ['{"dshield": {"ip": {"number": "192.0.2.01"}}, "session_metadata": {"source_ip": "192.0.2.2"}}', "192.0.2.2"],
  ['{"session_metadata": {"source_ip": "2001:DB8:0::1"}}', "2001:db8::1"],
  ['{"session_metadata": {"source_ip": "::FFFF:0102:0304"}}', "::ffff:1.2.3.4"],
  ['{"session_metadata": {"source_ip": "192.0.2.0/24"}, "session": {"192.0.2.3": {}}}', "192.0.2.3"],
  ['{"session_metadata": {"source_ip": "fe80::1%eth0"}, "session": {" FE80::2 ": null}}', "fe80::2"],
  ['{"session": {"192.0.2.9": {}, "192.0.2.10": {}, "x": {}}}', "192.0.2.10"],
  ['{"session": {"192.0.2.9": {"dshield": {"ip": {"number": "192.0.2.1"}}}}}', "192.0.2.9"],
  ['{"session": {"2001:db8:0::1": {}, "2001:DB8::1": {}}}', "2001:db8::1"],
  [JSON.stringify(' {"session_metadata": {"source_ip": "192.0.2.4"}}'), "192.0.2.4"],
  [JSON.stringify(JSON.stringify('{"session_metadata": {"source_ip": "192.0.2.4"}}')), null],
])("the address of %s is %s", (document, expected) => {
  expect(read(document).values.sourceIp).toBe(expected);
  expect(setAside(document)).toEqual([]);
});

test.each([
  ['{"dshield": {"ip": {"number": 3221225985}}}', "3221225985"],
  ['{"dshield": {"ip": {"number": {"b": 1.0, "a": [true, null]}}}}', '{"a": [true, null], "b": 1.0}'],
  ['{"dshield": {"ip": {"number": " 1.2.3 "}}, "session_metadata": {"source_ip": "x"}}', " 1.2.3 "],
  ['{"session": {"": {}, " ": {}, "unknown": {}, "none": {}}}', "none"],
])("the address of %s is set aside as %s", (document, value) => {
  expect(setAside(document)).toEqual([["source_ip", "ip-unreadable", value]]);
});

test("the first raw event with a valid src_ip gives the address, else the first with a valid peer_ip", () => {
  const rawEvents = [
    anEvent(1, '{"src_ip": "192.0.2.1"}', null),
    anEvent(5, '{"src_ip": "192.0.2.5"}', "2025-01-02"),
    anEvent(4, '{"src_ip": "192.0.2.4"}', "2025-01-02"),
    anEvent(3, `{"src_ip": "192.0.2.3", "input": "${NUL}"}`),
    anEvent(2, '{"src_ip": "localhost", "peer_ip": "192.0.2.2"}'),
  ];
  expect(read("{}", { rawEvents }).values.sourceIp).toBe("192.0.2.4");
  expect(read(null, { rawEvents: rawEvents.slice(3) }).values.sourceIp).toBe("192.0.2.2");
  expect(setAside("null", { rawEvents: [anEvent(1, '{"src_ip": "", "peer_ip": 7}')] })).toEqual([
    ["source_ip", "ip-unreadable", "7"],
  ]);
  expect(setAside("[]", { rawEvents: [anEvent(1, "[]"), anEvent(2, '"x"')] })).toEqual([]);
});

test("of several keys the one that the first raw event names is the address", () => {
  const document = '{"session": {"192.0.2.9": {"cymru": {"asn": 9}}, "192.0.2.10": {"cymru": {"asn": 10}}}}';
  expect(values(document, { rawEvents: [anEvent(1, '{"src_ip": "192.0.2.9"}')] })).toEqual(["192.0.2.9", 9, null, []]);
  expect(values(document, { rawEvents: [anEvent(1, '{"src_ip": "192.0.2.8"}')] })).toEqual([
    "192.0.2.10",
    10,
    null,
    [],
  ]);
  expect(values(document, { existingSourceIp: "192.0.2.9" })).toEqual(["192.0.2.9", 9, null, []]);
});

test.each([
  ["64500", 64500],
  ["64500.0", 64500],
  ["6.45e4", 64500],
  ['" as64500\\t"', 64500],
  ['"000064500"', 64500],
  ["2147483647", 2147483647],
])("the ASN %s is %i", (written, expected) => {
  expect(values(`{"cymru": {"asn": ${written}}}`)[1]).toBe(expected);
});

test.each(["null", '""', '" \\f"', "0", "-0.0", "-1", "-1.0", '"AS000"', '"0"', '"-1"', '"na"', '"NOT ROUTED"'])(
  "the ASN %s is absent",
  (written) => {
    expect(values(`{"cymru": {"asn": ${written}}, "dshield": {"ip": {"asn": "7"}}}`)[1]).toBe(7);
    expect(setAside(`{"cymru": {"asn": ${written}}}`)).toEqual([]);
  },
);

test.each([
  ["2147483648", "asn-out-of-range", "2147483648"],
  ["-2", "asn-out-of-range", "-2"],
  ["1e10", "asn-out-of-range", "10000000000"],
  ['"AS99999999999"', "asn-out-of-range", "AS99999999999"],
  ["1.5", "asn-unreadable", "1.5"],
  ['"4134.0"', "asn-unreadable", "4134.0"],
  ['"-2"', "asn-unreadable", "-2"],
  ['"0x1F"', "asn-unreadable", "0x1F"],
  ['"1_000"', "asn-unreadable", "1_000"],
  ['"A\u017f1"', "asn-unreadable", "A\u017f1"],
  ["true", "asn-unreadable", "true"],
  ["[ ]", "asn-unreadable", "[]"],
])("the ASN %s is set aside as %s", (written, reason, value) => {
  expect(setAside(`{"cymru": {"asn": ${written}}}`)).toEqual([["snapshot_asn", reason, value]]);
  expect(setAside(`{"cymru": {"asn": ${written}}, "spur": {"asn": {"number": 7}}}`)).toEqual([]);
});

test("each source is read at the top level, then under session, before the next source", () => {
  const document = (top: string, entry: string, next: string) =>
    `{"cymru": {"asn": ${top}}, "maxmind": {"asn": ${next}}, "session": {"192.0.2.1": {"cymru": {"asn": ${entry}}}}}`;
  expect(values(document("1", "2", "3"))[1]).toBe(1);
  expect(values(document('"x"', "2", "3"))[1]).toBe(2);
  expect(values(document('"x"', '"y"', "3"))[1]).toBe(3);
  expect(setAside(document("null", '"y"', '"z"'))).toEqual([["snapshot_asn", "asn-unreadable", "y"]]);
  expect(values(nested("2001:DB8::1", '{"maxmind": {"country": "de"}}'))[2]).toBe("DE");
});

test.each([
  ['" nl\\u000b"', "NL", []],
  ['"xX"', null, []],
  ['"usa"', null, [["snapshot_country", "country-unreadable", "usa"]]],
  ['"\u212ae"', null, [["snapshot_country", "country-unreadable", "\u212ae"]]],
  ["[]", null, [["snapshot_country", "country-unreadable", "[]"]]],
])("the country %s is %s", (written, expected, aside) => {
  const document = `{"maxmind": {"country": ${written}}}`;
  expect(values(document)[2]).toBe(expected);
  expect(setAside(document)).toEqual(aside);
});

const spurList = (element: string, length = 18) =>
  `{"spur": [${Array.from({ length }, (_, index) => (index === 9 ? element : '""')).join(",")}]}`;

test.each([
  ['{"spur": {"client": {"types": [" B ", "A", "", null, 3, "B"]}}}', ["B", "A"], []],
  ['{"spur": {"client": {"types": "DESKTOP"}}}', ["DESKTOP"], []],
  ['{"spur": {"client": {"types": [null, " "]}}, "ip_classification": {"ip_type": "tor"}}', ["tor"], []],
  ['{"ip_classification": {"ip_type": "UnKnown"}}', [], []],
  ['{"spur": {"client": {"types": "unknown"}}}', ["unknown"], []],
  ['{"spur": {"client": {"types": [1, ""]}}}', [], [["snapshot_ip_types", "ip-types-unreadable", '[1, ""]']]],
  ['{"spur": {"client": {"types": false}}}', [], [["snapshot_ip_types", "ip-types-unreadable", "false"]]],
  [spurList('["MOBILE"]'), ["MOBILE"], []],
  [spurList('"MOBILE"'), ["MOBILE"], []],
  [spurList("7"), [], [["snapshot_ip_types", "ip-types-unreadable", "7"]]],
  [spurList('["MOBILE"]', 17), [], []],
])("the ip types of %s are %j", (document, expected, aside) => {
  expect(values(document)[3]).toEqual(expected);
  expect(setAside(document)).toEqual(aside);
  expect(values(document, { legacyIpType: " VPN " })[3]).toEqual(["VPN"]);
});

test.each([
  ["2025-02-28", "2025-02-28T00:00:00Z"],
  [" 2025-02-28 23:59\\n", "2025-02-28T23:59:00Z"],
  ["2025-02-28T01:02:03.1234567+0530", "2025-02-27T19:32:03.123456Z"],
  ["2025-02-28T01:02:03-15:59", "2025-02-28T17:01:03Z"],
])("enriched_at %s is %s", (written, expected) => {
  expect(read(`{"enriched_at": "${written}"}`).values.enrichmentAt).toBe(readMoment(expected));
});

test.each([
  "yesterday",
  "2025-02-29",
  "0000-01-01",
  "2025-1-1",
  "2025-02-28Z",
  "2025-02-28T24:00",
  "2025-02-28T23:59:60",
  "2025-02-28T23:59:59.",
  "2025-02-28T23:59+16:00",
  "2025-02-28T23:59 Z",
  "2025-02-28t23:59",
  "2025-02-28T23",
  "2025-02-28  23:59",
])("enriched_at %s is set aside and created_at stands in", (written) => {
  const document = `{"enriched_at": "${written}"}`;
  expect(setAside(document)).toEqual([["enrichment_at", "enriched-at-unreadable", written]]);
  expect(read(document).values.enrichmentAt).toBe(CREATED);
});

test("without created_at the last event, then the first, then now marks the sweep", () => {
  expect(read(null, { createdAt: null, lastEventAt: 2n, firstEventAt: 1n }).values.enrichmentAt).toBe(2n);
  expect(read(null, { createdAt: null, firstEventAt: 1n }).values.enrichmentAt).toBe(1n);
  expect(read(null, { createdAt: null }).values.enrichmentAt).toBe("now");
});

test.each([
  `{"a": "${NUL}", "session_metadata": {"source_ip": "192.0.2.1"}}`,
  '{"a": "\\ud800"}',
  '{"a": 1e999999}',
  JSON.stringify('{"a": '),
  JSON.stringify(` {"a": "${NUL}"}`),
])("the document %s is unreadable, and a raw event gives the address", (document) => {
  const rawEvents = [anEvent(1, '{"src_ip": "192.0.2.7"}')];
  expect(values(document, { rawEvents })).toEqual(["192.0.2.7", null, null, null]);
  expect(setAside(document, { rawEvents })).toEqual([["document", "document-unreadable", null]]);
});

test.each([null, "null", "{}", "[]", '""', "7", "true", '"text"', '"[1]"', '[{"cymru": {"asn": 1}}]'])(
  "the document %s is absent",
  (document) => {
    expect(read(document)).toEqual({
      values: {
        sourceIp: null,
        snapshotAsn: null,
        snapshotCountry: null,
        snapshotIpTypes: [],
        enrichmentAt: CREATED,
      },
      setAside: [],
    });
  },
);

test("a value set aside is cut to its first 200 characters", () => {
  const long = "\u{1f36f}".repeat(300);
  expect(setAside(`{"maxmind": {"country": "${long}"}}`)).toEqual([
    ["snapshot_country", "country-unreadable", "\u{1f36f}".repeat(200)],
  ]);
});
