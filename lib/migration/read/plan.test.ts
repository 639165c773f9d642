import { describe, expect, test } from "vitest";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { readPlan, readStatus } from "@/lib/migration";
import { aBrokenDemo } from "@/lib/testing/broken-demo";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { reset, run } from "@/lib/testing/running";

const sessions = [
  { sessionId: "a", enrichment: { dshield: { ip: { number: "198.51.100.1", as: 64500, ascountry: "nl" } } } },
  { sessionId: "b", enrichment: { session: { "203.0.113.9": { cymru: { asn: "AS64501" } } } } },
];

test("the plan's SQL, sent as it is, leaves no drift", async () => {
  const database = await aCowrieDatabase({ sessions });
  await migrateConsoleSchema(await database.client());
  const { steps } = await readPlan(database.target);

  for (const step of steps) {
    if (step.kind === "transaction") await database.query("begin");
    for (const sql of step.sql) await database.query(sql);
    if (step.kind === "transaction") await database.query("commit");
  }
  await database.query("analyze");

  expect((await readStatus(database.target)).findings.filter((finding) => finding.severity === "error")).toEqual([]);
  expect(await readPlan(database.target)).toEqual({ steps: [] });
  expect(
    await database.query(
      "select session_id, source_ip, snapshot_asn, snapshot_country from public.session_summaries order by 1",
    ),
  ).toEqual([
    { session_id: "a", source_ip: "198.51.100.1", snapshot_asn: 64500, snapshot_country: "NL" },
    { session_id: "b", source_ip: "203.0.113.9", snapshot_asn: 64501, snapshot_country: null },
  ]);
});

describe("the plan's order is that of the log of a run", () => {
  /** What the log of a run will say, in the order of the plan. */
  async function readForetold(database: TestDatabase): Promise<string[]> {
    const { steps } = await readPlan(database.target);
    // The closing sweep takes what ingest writes until then: nothing, here.
    return steps.filter(({ id }) => !id.startsWith("closing-")).flatMap(({ log = [] }) => log);
  }

  test.each([
    { state: "a whole v15", broken: [] },
    { state: "drifted", broken: ["claims-16"] },
    { state: "partial, made by the ORM", broken: ["orm-shaped-filled"] },
    { state: "partial, with one inventory of two", broken: ["half-indexed"] },
  ] as const)("of a database that is $state", async ({ broken }) => {
    const database = await aBrokenDemo(...broken);
    const foretold = await readForetold(database);

    const { status, lines } = await run(database.target);

    expect(status).toBe("succeeded");
    expect(lines.filter((line) => foretold.includes(line))).toEqual(foretold);
  });

  test("with inventories that are there: they have their shape before sessions are swept", async () => {
    const { steps } = await readPlan((await aBrokenDemo("claims-16")).target);
    const place = (id: string) => steps.findIndex((step) => step.id === id);

    expect(steps[0]).toMatchObject({ id: "create-functions:public", phase: "ip-inventory" });
    expect(place("repair-table:public.ip_inventory")).toBeGreaterThan(0);
    expect(place("sweep:public.session_summaries")).toBeGreaterThan(place("repair-table:public.ip_inventory"));
    expect(place("sweep:public.session_summaries")).toBeGreaterThan(place("create-table:public.ip_asn_history"));
    expect(new Set(steps.map(({ phase, id }) => `${phase} ${id}`)).size).toBe(steps.length);
  });
});

test("planning changes nothing, not even a table of the console's own", async () => {
  const database = await aCowrieDatabase({ sessions });

  expect((await readPlan(database.target)).steps.length).toBeGreaterThan(20);

  expect(await database.query("select to_regnamespace('tidemark') as console")).toEqual([{ console: null }]);
});

test("planning runs in a transaction in which PostgreSQL refuses every write", async () => {
  const database = await aCowrieDatabase();
  // Whatever reads the version calls this; it would write.
  await database.query("create table public.trap (n int)");
  await database.query(
    `create function public.spring() returns text language sql volatile as
     'insert into public.trap values (1) returning ''15''::text'`,
  );
  await database.query("alter table public.schema_state rename to stored_state");
  await database.query(
    "create view public.schema_state as select key, public.spring()::varchar(256) as value from public.stored_state",
  );

  await expect(readPlan(database.target)).rejects.toMatchObject({ code: "25006" });
});

test("step ids are stable and unlike each other", async () => {
  const { steps } = await readPlan((await aCowrieDatabase()).target);
  const ids = steps.map((step) => `${step.phase} ${step.id}`);

  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain("source-ip create-index:public.session_summaries.idx_session_source_ip");
});

test("works in a schema whose name needs quotes, there and back", async () => {
  const database = await aCowrieDatabase({ sessions, schema: "Honey.pot x" });

  expect((await run(database.target)).error).toBeNull();
  expect((await readStatus(database.target)).verdict).toBe("migrated");
  expect((await reset(database.target)).error).toBeNull();
  expect((await readStatus(database.target)).verdict).toBe("ready");
});

test("makes the functions once, before the first statement that calls one, and foresees nothing of a second sweep", async () => {
  const { steps } = await readPlan((await aCowrieDatabase({ sessions })).target);
  const made = steps.flatMap(({ sql }) =>
    sql.filter((statement) => statement.includes("function tidemark.printable(")),
  );

  expect(made).toHaveLength(1);
  expect(steps.filter(({ kind }) => kind === "sweep")).toMatchObject([
    { id: "sweep:public.session_summaries", rows: 2 },
    { id: "closing-sweep:public.session_summaries", rows: null, seconds: null },
  ]);
  // Its table is made by this plan, and filled after the index is built.
  expect(steps.find(({ id }) => id.endsWith("idx_asn_type"))).toMatchObject({ rows: 0, seconds: 0 });
});

test("estimates a sweep by what the run under way has measured here", async () => {
  const database = await aCowrieDatabase({ sessions });
  await migrateConsoleSchema(await database.client());
  const secondsOfSweep = async () =>
    (await readPlan(database.target)).steps.find(({ id }) => id.startsWith("sweep:"))?.seconds;
  expect(await secondsOfSweep()).toBe(0);

  await database.query(
    `with run as (insert into tidemark.runs (kind, status, started_by) values ('migrate', 'paused', 'web') returning id)
     insert into tidemark.run_phases (run_id, phase, state, started_at, rows_per_second)
     select id, 'source-ip', 'running', clock_timestamp(), 0.5 from run`,
  );
  expect(await secondsOfSweep()).toBe(4);

  await database.query("update tidemark.runs set status = 'failed'");
  expect(await secondsOfSweep()).toBe(0);
});
