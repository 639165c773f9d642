import { expect, test } from "vitest";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { readPlan, readStatus } from "@/lib/migration";
import { aCowrieDatabase } from "@/lib/testing/database";
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
  expect(steps.find(({ id }) => id.endsWith("idx_asn_type"))).toMatchObject({ rows: null, seconds: null });
});
