import { describe, expect, test } from "vitest";
import { BROKEN_STATES, type BrokenState } from "@/lib/demo/broken/states";
import { makeDemo } from "@/lib/demo/demo";
import { generatedFunctions } from "@/lib/enrichment/generated-functions";
import { readPlan, readStatus } from "@/lib/migration";
import { aDatabase, type TestDatabase } from "@/lib/testing/database";
import { dumpOf } from "@/lib/testing/dump";
import { run } from "@/lib/testing/running";

const UNTIL = new Date("2025-12-01T00:00:00Z");

async function aBrokenDemo(...broken: BrokenState[]): Promise<TestDatabase> {
  const database = await aDatabase();
  await makeDemo(database.target, { sessions: 60, until: UNTIL, broken });
  return database;
}

const ids = (kind: string, ...names: string[]) => names.map((name) => `${kind}:public.${name}`);
const of = (table: string, ...columns: string[]) => columns.map((column) => `${table}.${column}`);

const COLUMNS = ["source_ip", "enrichment_at", "snapshot_asn", "snapshot_country", "snapshot_ip_types"];
const SESSION_INDEXES = ["idx_session_snapshot_asn", "idx_session_snapshot_country", "idx_session_first_event_brin"];
const ALL_SESSION_INDEXES = ["idx_session_source_ip", ...SESSION_INDEXES, "idx_session_last_event_brin"];
const FUNCTIONS = ids("missing-function", ...generatedFunctions("public").map(({ name }) => name));
const OPEN = ids("open-rows", "session_summaries");
const MISSING_KEYS = ids(
  "missing-constraint",
  "session_summaries.fk_session_source_ip",
  "ip_inventory.fk_ip_current_asn",
);

/** Nothing of v16 on the sessions. */
const NO_SNAPSHOTS = [
  ...ids("missing-column", ...of("session_summaries", ...COLUMNS)),
  ...ids("missing-index", ...ALL_SESSION_INDEXES),
  ...ids("missing-constraint", "session_summaries.snapshot_country_iso", "session_summaries.fk_session_source_ip"),
  ...FUNCTIONS,
  ...OPEN,
];

const ORM = [
  ...NO_SNAPSHOTS,
  ...ids("wrong-default", "asn_inventory.asn_number"),
  ...ids("missing-column", "asn_inventory.registry"),
  ...ids(
    "wrong-nullability",
    ...of("asn_inventory", "is_known_hosting", "is_known_vpn", "unique_ip_count", "total_session_count"),
    "ip_inventory.session_count",
  ),
  ...ids("wrong-type", "asn_inventory.enrichment", ...of("ip_inventory", "enrichment", "enrichment_version")),
  ...ids("missing-column", ...of("ip_inventory", "geo_country", "ip_types", "is_scanner", "is_bogon")),
  ...ids("missing-index", "idx_asn_org_name", "idx_asn_type", "idx_asn_session_count", "idx_ip_current_asn"),
  ...ids("missing-index", "idx_ip_geo_country", "idx_ip_session_count", "idx_ip_enrichment_updated"),
  ...ids("missing-index", "idx_ip_staleness_active"),
  ...ids(
    "missing-constraint",
    ...of("asn_inventory", "asn_inventory_asn_number_check", "asn_inventory_organization_country_check"),
    ...of("ip_inventory", "ip_inventory_session_count_check", "fk_ip_current_asn"),
  ),
  ...ids("extra-object", "asn_inventory.rir_registry", "ip_inventory.fk_ip_inventory_current_asn_asn_inventory"),
  ...ids(
    "extra-object",
    ...["asn_type", "first_seen", "last_seen", "org_name", "session_count"].map((it) => `ix_asn_inventory_${it}`),
    ...["asn", "ip", "observed"].map((it) => `ix_ip_asn_history_${it}`),
    ...["current_asn", "enrichment_updated", "first_seen", "last_seen", "session_count"].map(
      (it) => `ix_ip_inventory_${it}`,
    ),
  ),
];

/** `ip_inventory` as the application's own migration makes it. */
const APPLICATION = [
  ...ids("wrong-expression", ...of("ip_inventory", "geo_country", "is_scanner", "is_bogon")),
  ...ids("not-generated", "ip_inventory.ip_types"),
  ...ids("missing-table", "ip_asn_history"),
  ...FUNCTIONS,
  ...OPEN,
];

const SWALLOWED = [
  ...APPLICATION,
  ...ids("unvalidated-constraint", "session_summaries.fk_session_source_ip"),
  ...ids("missing-constraint", "ip_inventory.fk_ip_current_asn"),
];

interface Expected {
  verdict: string;
  recorded: string;
  observed: string;
  phases: string;
  findings: string[];
}

const EXPECTED: Record<BrokenState, Expected> = {
  "orm-shaped": partial("pending partial partial pending pending", ORM),
  "orm-shaped-filled": partial("pending partial partial pending pending", ORM),
  "phase-1-only": partial("partial pending pending pending pending", [
    ...NO_SNAPSHOTS.filter((id) => !/\.(source_ip|idx_session_source_ip)$/.test(id)),
    ...ids("missing-table", "asn_inventory", "ip_inventory", "ip_asn_history"),
    ...ids("missing-constraint", "ip_inventory.fk_ip_current_asn"),
  ]),
  "inet-addresses": partial("partial complete partial partial pending", [
    ...APPLICATION,
    ...MISSING_KEYS,
    ...ids("wrong-type", "ip_inventory.ip_address"),
  ]),
  "half-indexed": partial("partial partial pending partial pending", [
    ...ids("missing-table", "ip_inventory", "ip_asn_history"),
    ...ids("invalid-index", "idx_session_source_ip"),
    ...ids("different-index", "idx_session_snapshot_asn"),
    ...ids("missing-index", "idx_session_snapshot_country", "idx_session_last_event_brin"),
    ...ids("missing-index", "idx_asn_org_name", "idx_asn_session_count"),
    ...MISSING_KEYS,
    ...FUNCTIONS,
    ...OPEN,
  ]),
  "claims-16": {
    ...partial("partial complete partial partial partial", SWALLOWED),
    verdict: "drifted",
    recorded: "16",
  },
  "plain-ip-types": partial("partial complete partial partial pending", [
    ...APPLICATION,
    ...MISSING_KEYS,
    ...ids("missing-column", "session_summaries.snapshot_ip_types"),
    ...ids("extra-object", "session_summaries.snapshot_ip_type"),
  ]),
  v17: {
    ...partial("partial complete partial partial partial", [
      ...SWALLOWED,
      ...ids(
        "extra-object",
        ...of("session_summaries", "ssh_key_fingerprint", "password_hash", "command_signature"),
        ...["ssh_key_fp", "password_hash", "command_sig"].map((it) => `ix_session_summaries_${it}`),
      ),
    ]),
    verdict: "drifted",
    recorded: "17",
  },
  "naive-timestamps": {
    ...partial("pending pending pending pending pending", [
      ...NO_SNAPSHOTS,
      ...ids("missing-table", "asn_inventory", "ip_inventory", "ip_asn_history"),
      ...ids("missing-constraint", "ip_inventory.fk_ip_current_asn"),
      ...ids("wrong-type", ...of("session_summaries", "first_event_at", "last_event_at")),
    ]),
    verdict: "ready",
    observed: "v15",
  },
  "with-dependents": partial("partial complete partial partial pending", [
    ...APPLICATION,
    ...MISSING_KEYS,
    ...ids("dependent-object", "report_addresses", "report_countries", "report_days"),
  ]),
};

function partial(phases: string, findings: string[]): Expected {
  return { verdict: "partial", recorded: "15", observed: "partial", phases, findings };
}

/** What stands in the way keeps a phase from being planned; which one is for the dependents' own test to say. */
const unblocked = (state: string) => (state === "blocked" ? "partial" : state);

describe("status names each missing, wrong and not-generated object, with a remedy", () => {
  test.each(BROKEN_STATES)("of %s", async (state) => {
    const database = await aBrokenDemo(state);
    const status = await readStatus(database.target);

    const findings = status.findings.filter(({ kind }) => kind !== "hazard");
    expect(findings.map(({ id }) => id).sort()).toEqual([...EXPECTED[state].findings].sort());
    expect({
      verdict: status.verdict,
      recorded: status.version.recorded,
      observed: status.version.observed,
      phases: status.phases.map((phase) => unblocked(phase.state)).join(" "),
      findings: EXPECTED[state].findings,
    }).toEqual(EXPECTED[state]);
    for (const finding of status.findings) {
      expect(finding, finding.id).toMatchObject({
        message: expect.stringMatching(/\w/),
        remedy: expect.stringMatching(/\w/),
      });
    }
  });

  test("of two at once: what each has, but the table of the other where both bring one", async () => {
    const database = await aBrokenDemo("claims-16", "orm-shaped");
    const found = (await readStatus(database.target)).findings.map(({ id }) => id);
    expect(found).toEqual(
      expect.arrayContaining([
        "wrong-type:public.ip_inventory.enrichment",
        "missing-column:public.ip_inventory.geo_country",
        "missing-index:public.idx_ip_geo_country",
        "unvalidated-constraint:public.session_summaries.fk_session_source_ip",
      ]),
    );
  });
});

test("strict lets pass what lacks whole tables, with the keys on them", async () => {
  const database = await aBrokenDemo("phase-1-only");
  expect((await readPlan(database.target, { isStrict: true })).steps.length).toBeGreaterThan(20);
});

/** States whose inventories lack columns or have others than declared. */
const INCOMPLETE = ["orm-shaped", "orm-shaped-filled", "inet-addresses", "claims-16", "plain-ip-types", "v17"] as const;

test.each(INCOMPLETE)("strict stops at %s before anything is touched, in the guide's words", async (state) => {
  const database = await aBrokenDemo(state);
  const before = await dumpOf(database.target);

  await expect(run(database.target, { isStrict: true })).rejects.toMatchObject({
    code: "not-eligible",
    message: expect.stringMatching(
      /Incomplete (asn|ip)_inventory schema detected\. Drop table and re-run migration\..*ip_inventory\.ip_types/s,
    ),
  });

  expect(await dumpOf(database.target)).toEqual(before);
  expect(await database.query("select to_regnamespace('tidemark') as console")).toEqual([{ console: null }]);
  await expect(readPlan(database.target, { isStrict: true })).rejects.toMatchObject({ code: "not-eligible" });
});
