import { expect, test } from "vitest";
import { readGenerated } from "@/lib/testing/oracle/generated";
import { aggregateInventories, type SweptSession } from "@/lib/testing/oracle/inventories";
import { readSession } from "@/lib/testing/oracle/session";

function aSession(sessionId: string, document: string | null, times: Partial<SweptSession> = {}): SweptSession {
  const input = { document, createdAt: 100n, lastEventAt: null, firstEventAt: null, rawEvents: [], ...times };
  return { ...input, sessionId, values: readSession(input).values };
}

const flat = (address: string, rest = "") => `{"session_metadata": {"source_ip": "${address}"}${rest}}`;

test("an address has the ASN and the document of its latest sessions that have one", () => {
  const { ips } = aggregateInventories([
    aSession("a", flat("192.0.2.1", ', "cymru": {"asn": 1}'), { firstEventAt: 5n, lastEventAt: 10n }),
    aSession("b", flat("192.0.2.1", ', "cymru": {"asn": 2}'), { firstEventAt: 20n }),
    aSession("c", flat("192.0.2.1", ', "maxmind": {"country": "nl"}'), { lastEventAt: 20n }),
    aSession("d", "{}"),
  ]);
  expect(ips).toEqual([
    {
      ipAddress: "192.0.2.1",
      currentAsn: 2,
      firstSeen: 5n,
      lastSeen: 20n,
      sessionCount: 3,
      enrichment: '{"maxmind": {"country": "nl"}, "session_metadata": {"source_ip": "192.0.2.1"}}',
      geoCountry: "NL",
      ipTypes: [],
      isScanner: false,
      isBogon: false,
    },
  ]);
});

test("an address known from raw events alone has an empty document", () => {
  const rawEvents = [{ id: 1, eventTimestamp: null, payload: '{"src_ip": "192.0.2.1"}' }];
  const { ips, asns } = aggregateInventories([aSession("a", '{"a": "\\u0000"}', { rawEvents })]);
  expect(ips).toMatchObject([
    { enrichment: "{}", geoCountry: "XX", currentAsn: null, firstSeen: 100n, lastSeen: 100n },
  ]);
  expect(asns).toEqual([]);
});

test("an ASN is described by its latest session, read under the address of that session", () => {
  const organization = "x".repeat(300);
  const nested = `{"session": {"192.0.2.2": {"cymru": {"asn": 7, "asn_org": "  ${organization}", "country": "de", "registry": " ripencc "}}}}`;
  const { asns } = aggregateInventories([
    aSession("a", flat("192.0.2.1", ', "cymru": {"asn": 7, "asn_org": "Old", "country": "fr"}'), { lastEventAt: 1n }),
    aSession("b", nested, { lastEventAt: 1n }),
  ]);
  expect(asns).toMatchObject([
    {
      asnNumber: 7,
      organizationName: "x".repeat(256),
      organizationCountry: "DE",
      registry: "ripencc",
      uniqueIpCount: 2,
      totalSessionCount: 2,
    },
  ]);
});

test("an organisation falls back from source to source, its country and registry do not", () => {
  const { asns } = aggregateInventories([
    aSession(
      "a",
      '{"cymru": {"asn": 7, "asn_org": " ", "country": "usa", "registry": "longer than ten"}, "maxmind": {"asn_org": 5, "country": "NL"}, "dshield": {"ip": {"asname": "EXAMPLE"}}}',
    ),
  ]);
  expect(asns).toMatchObject([
    { organizationName: "EXAMPLE", organizationCountry: null, registry: null, uniqueIpCount: 0 },
  ]);
});

test.each([
  ["true", true],
  ['" YES "', true],
  ['"t"', true],
  ['"On"', true],
  ["1", true],
  ["1.0", true],
  ['"1"', true],
  ["false", false],
  ['"off"', false],
  ["0", false],
  ["2", true],
  ['"maybe"', true],
  ["null", true],
  ["[true]", true],
])("a noise of %s over a noisy entry of session gives %s", (written, expected) => {
  const document = `{"greynoise": {"noise": ${written}}, "session": {"192.0.2.1": {"greynoise": {"noise": true}}}}`;
  expect(readGenerated(document, "192.0.2.1").isScanner).toBe(expected);
  expect(readGenerated('{"validation": {"is_bogon": 1}}', "192.0.2.1").isBogon).toBe(true);
});
