import { expect, test } from "vitest";
import { apiReduction, type GateFigures, judgeGates } from "@/lib/coverage/gates";

/** A database at v16, every session swept. */
const swept: GateFigures = {
  ...{ sessions: 3_000, open: 0, ips: 474, ipsWithBoth: 440, missing: [], isExact: true },
  ...{ changed: 0, deleted: 0, slowestPivotSeconds: 0.014 },
};

function read(figures: Partial<GateFigures>) {
  const gates = judgeGates({ ...swept, ...figures });
  return Object.fromEntries(gates.map(({ id, passed, detail }) => [id, [passed, detail]]));
}

test("every session swept: all four are judged", () => {
  expect(read({})).toEqual({
    "ip-coverage": [true, "440 of 474 addresses with country and ASN"],
    "api-reduction": [true, "474 addresses for 3,000 sessions"],
    "zero-data-loss": [true, "0 sessions changed or deleted by Tidemark"],
    "query-performance": [true, "slowest of three queries 0.01 s"],
  });
  expect(read({ ipsWithBoth: 400 })["ip-coverage"]?.[0]).toBe(false);
  expect(read({ slowestPivotSeconds: 0.002 })["query-performance"]?.[1]).toBe("slowest of three queries under 0.01 s");
});

test("rows that an attempt left behind are no measure before sessions are swept", () => {
  const before = read({ open: 3_000, ips: 26, ipsWithBoth: 20 });
  expect(before["ip-coverage"]).toEqual([null, "3,000 of 3,000 sessions are not swept yet"]);
  expect(before["api-reduction"]).toEqual([null, "3,000 of 3,000 sessions are not swept yet"]);
  expect(apiReduction({ sessions: 3_000, open: 3_000, ips: 26 })).toBeNull();
});

test("sessions that ingest added since, up to a tenth, do not take the judgement back", () => {
  expect(read({ open: 300 })["api-reduction"]?.[0]).toBe(true);
  expect(read({ open: 301 })["api-reduction"]?.[0]).toBeNull();
});

test("where the tables are missing, each says what it needs", () => {
  const none = { open: 3_000, ips: 0, ipsWithBoth: 0, changed: null, deleted: null, slowestPivotSeconds: null };
  expect(read({ ...none, missing: ["asn_inventory", "ip_inventory"] })).toEqual({
    "ip-coverage": [null, "ip_inventory is not there yet: phase 3 makes it"],
    "api-reduction": [null, "ip_inventory is not there yet: phase 3 makes it"],
    "zero-data-loss": [null, "no ledger closed yet: a run does it at its verdict"],
    "query-performance": [null, "not measured: needs asn_inventory (phase 2) and ip_inventory (phase 3)"],
  });
});

test("an empty database has nothing to judge, before and after a run", () => {
  const empty = { sessions: 0, ips: 0, ipsWithBoth: 0 };
  expect(read(empty)["ip-coverage"]).toEqual([null, "no address in ip_inventory yet"]);
  expect(read(empty)["api-reduction"]).toEqual([null, "no address in ip_inventory yet"]);
  expect(read({ slowestPivotSeconds: null })["query-performance"]).toEqual([
    null,
    "not measured yet: a run does it at its verdict, unless a query takes over 30 s or a column has the wrong type",
  ]);
});
