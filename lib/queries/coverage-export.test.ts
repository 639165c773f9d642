import { expect, test } from "vitest";
import { type CoverageReport, REPORT_FORMATS } from "@/lib/queries/coverage-export";

const measuredAt = "2026-01-01T00:00:00.000Z";
const HOSTILE = '=HYPERLINK("http://x")\u001b[31m\u202e';

const report: CoverageReport = {
  coverage: {
    measuredAt,
    exact: true,
    sessions: {
      total: 10,
      open: 1,
      recoverable: null,
      withSourceIp: 9,
      withAsn: 8,
      withCountry: 7,
      withIpTypes: 6,
      lastHour: { total: 2, open: 1 },
    },
    inventory: { ips: 4, ipsWithCountry: 3, ipsWithAsn: 2, ipsWithBoth: 1, asns: 2 },
    apiReduction: 0.6,
    setAside: [{ reason: "asn-unreadable", count: 3 }],
    gates: [{ id: "zero-data-loss", threshold: 0, value: null, passed: null, detail: "no ledger yet" }],
    ledger: { runId: 7, sessionsBefore: 11, sessionsAfter: 10, changed: 0, deleted: 0 },
  },
  sample: [
    {
      ipAddress: "192.0.2.1",
      geoCountry: null,
      ipTypes: ["vpn", "@tor"],
      currentAsn: 64500,
      sessionCount: 5,
      isScanner: false,
      lastSeen: null,
    },
  ],
  ledger: { runId: 7, rows: [{ figure: "sessions", before: 11, after: 10, explained: -1 }], unexplained: [] },
  detail: {
    figures: {
      measuredAt,
      sessions: 10,
      columns: [{ column: "snapshot_asn", filled: 8, recoverable: null, setAside: 1, absent: 0, open: 1 }],
      months: [{ month: "2025-12", withCountry: 7, withoutCountry: 2, open: 1 }],
      withoutCountryBefore: null,
      asns: { total: 2, top: [{ asn: 64500, organization: HOSTILE, sessions: 8 }] },
      countries: { total: 1, top: [{ country: "NL", sessions: 7 }] },
    },
    sources: {
      measuredAt,
      sessions: 9,
      columns: [
        {
          column: "snapshot_asn",
          sources: [{ path: "cymru.asn", flat: 5, nested: 3, sessions: 8 }],
          kept: 0,
          recoverable: 0,
        },
      ],
    },
    newestHour: null,
    isBeingCounted: true,
    guide: [{ check: "asns", awaits: null, sql: "select count(*) from public.asn_inventory;" }],
  },
};

test("the CSV has one figure a record; texts of attackers are never formulas, numbers stay numbers", () => {
  const csv = REPORT_FORMATS.csv.toText(report);
  const records = csv.split("\r\n");
  expect(records[0]).toBe("section,of,figure,value");
  for (const record of [
    "coverage,sessions,total,10",
    "coverage,sessions,recoverable,",
    "coverage,last hour,open,1",
    "set aside,asn-unreadable,values,3",
    "gate,zero-data-loss,passed,unknown",
    "column,snapshot_asn,setAside,1",
    "month,2025-12,withoutCountry,2",
    "country,NL,sessions,7",
    "source of snapshot_asn,cymru.asn,nested,3",
    "address,192.0.2.1,ipTypes,vpn @tor",
    "ledger of run 7,sessions,explained,-1",
    `asn,64500,organization,"'=HYPERLINK(""http://x"")\ufffd[31m\ufffd"`,
  ]) {
    expect(records).toContain(record);
  }
  expect(csv.endsWith("\r\n")).toBe(true);
});

test("the JSON is exact, with nothing in it that a screen would obey, and without the state of the counting", () => {
  const json = REPORT_FORMATS.json.toText(report);
  expect(json).toMatch(/^[\x20-\x7e\n]*$/);
  const { isBeingCounted: _, ...detail } = report.detail;
  expect(JSON.parse(json)).toEqual({ ...report, detail });
});

test("what is not counted yet is left out of the CSV", () => {
  const csv = REPORT_FORMATS.csv.toText({
    ...report,
    ledger: null,
    detail: { ...report.detail, figures: null, sources: null },
  });
  expect(csv).not.toMatch(/^(column|month|asn|source|ledger)/m);
  expect(csv).toContain("coverage,inventory,ips,4");
});
