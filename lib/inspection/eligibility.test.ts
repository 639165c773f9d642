import { describe, expect, test } from "vitest";
import { checkEligibility, type Inspection, inspect, toStatus } from "@/lib/inspection/inspection";
import { aCowrieDatabase, aDatabase, type TestDatabase } from "@/lib/testing/database";

async function look(database: TestDatabase): Promise<Inspection> {
  return inspect(await database.client(), database.target.schema);
}

/** Refusal of `database`; the status must tell the same and nothing else. */
async function refusalOf(database: TestDatabase) {
  const inspection = await look(database);
  const refusal = checkEligibility(inspection);
  const status = toStatus(inspection, null, null);
  expect(status.verdict).toBe(refusal === null ? "ready" : "unsupported");
  if (refusal !== null) {
    expect(status).toMatchObject({ version: { observed: null }, phases: [], findings: [] });
    expect(status.message).toContain(refusal.message);
  }
  return refusal;
}

test("a clean v15 database is eligible", async () => {
  expect(await refusalOf(await aCowrieDatabase())).toBeNull();
});

describe("refused with its reason:", () => {
  const BAD: { what: string; sql: string[]; message: RegExp }[] = [
    {
      what: "no session_summaries",
      sql: ["drop table public.session_summaries"],
      message: /not a Cowrie database: schema public has no table session_summaries/,
    },
    {
      what: "columns of v15 missing",
      sql: ["alter table public.session_summaries drop column last_event_at, drop column enrichment"],
      message: /has no last_event_at, enrichment/,
    },
    {
      what: "documents as text",
      sql: ["alter table public.session_summaries alter column enrichment type text"],
      message: /enrichment is text; only json and jsonb/,
    },
  ];

  test.each(BAD)("$what", async ({ sql, message }) => {
    const database = await aCowrieDatabase();
    for (const statement of sql) await database.query(statement);
    const refusal = await refusalOf(database);
    expect(refusal).toMatchObject({ code: "not-eligible", message: expect.stringMatching(message) });
  });

  test("an empty database", async () => {
    expect((await refusalOf(await aDatabase()))?.message).toMatch(/not a Cowrie database/);
  });

  test("a schema that does not exist", async () => {
    const inspection = await inspect(await (await aDatabase()).client(), "nowhere");
    expect(checkEligibility(inspection)?.message).toMatch(/there is no schema nowhere/);
  });

  test.each([
    { version: "13.21", major: 13, message: /PostgreSQL 13\.21; Tidemark works on 14 to 18/ },
    { version: "19.1", major: 19, message: /PostgreSQL 19\.1/ },
  ])("server $version", async ({ message, ...server }) => {
    const inspection = await look(await aCowrieDatabase());
    const refusal = checkEligibility({ ...inspection, server: { ...inspection.server, ...server } });
    expect(refusal?.message).toMatch(message);
  });
});

test("a READ ONLY transaction, as a plan is read in, is no reason to refuse", async () => {
  const database = await aCowrieDatabase();
  const client = await database.client();
  await client.query("begin read only");
  expect(checkEligibility(await inspect(client, "public"))).toBeNull();
});

describe("blocking hazards", () => {
  test("a view in the place of an inventory lets nobody begin, and the status shows it", async () => {
    const database = await aCowrieDatabase();
    await database.query("create view public.ip_inventory as select 1 as one");
    const inspection = await look(database);
    expect(checkEligibility(inspection)).toBeNull();
    expect(inspection.hazards).toMatchObject([
      { isBlocking: true, message: expect.stringMatching(/public\.ip_inventory is a view/) },
    ]);
    const status = toStatus(inspection, null, null);
    // Nothing of v16 is there: ready, although a run is refused.
    expect(status).toMatchObject({ version: { observed: "v15" }, verdict: "ready" });
    expect(status.phases.map((phase) => phase.state)).toEqual(["pending", "pending", "blocked", "pending", "pending"]);
    expect(status.findings.find((finding) => finding.kind === "missing-table")).toMatchObject({ severity: "info" });
    expect(status.findings.find((finding) => finding.kind === "hazard")).toMatchObject({
      id: "hazard:hazard:not-a-plain-table-ip_inventory",
      severity: "error",
      phase: "ip-inventory",
    });
  });
});
