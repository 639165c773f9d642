import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { qualify } from "@/lib/db/identifier";
import { brokenSql } from "@/lib/demo/broken/break";
import { BROKEN_STATES, type BrokenState, contradict, readBrokenStates } from "@/lib/demo/broken/states";
import { makeDemo } from "@/lib/demo/demo";
import { aDatabase, type TestDatabase } from "@/lib/testing/database";
import { executeTidemark } from "@/lib/testing/tidemark-command";

const UNTIL = new Date("2025-12-01T00:00:00Z");

test("knows the ten states by their names, and the docs list the same", async () => {
  expect(BROKEN_STATES).toEqual([
    "orm-shaped",
    "orm-shaped-filled",
    "phase-1-only",
    "inet-addresses",
    "half-indexed",
    "claims-16",
    "plain-ip-types",
    "v17",
    "naive-timestamps",
    "with-dependents",
  ]);
  const docs = await readFile(new URL("../../../docs/cli.md", import.meta.url), "utf8");
  const table = docs.slice(docs.indexOf("### demo"), docs.indexOf("### pause"));
  expect([...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name)).toEqual(BROKEN_STATES);
});

test("takes several states separated by commas, each once", () => {
  expect(readBrokenStates("naive-timestamps, claims-16,claims-16")).toEqual(["claims-16", "naive-timestamps"]);
});

test.each([
  ["claims-17", /claims-17/],
  ["", /""/],
  ["v17,", /""/],
  ["toString", /toString/],
])("refuses the name %j as usage and lists the ten", (text, message) => {
  expect(() => readBrokenStates(text)).toThrow(
    expect.objectContaining({
      code: "usage",
      message: expect.stringMatching(message),
      remedy: expect.stringContaining(BROKEN_STATES.join(", ")),
    }),
  );
});

test("refuses two states of which each says something else of the same object, and names them", () => {
  const pairs = BROKEN_STATES.flatMap((one) =>
    BROKEN_STATES.filter((other) => one < other && contradict(one, other)).map((other) => `${one} ${other}`),
  );
  expect(pairs.sort()).toEqual([
    "claims-16 phase-1-only",
    "claims-16 v17",
    "half-indexed phase-1-only",
    "inet-addresses orm-shaped",
    "inet-addresses orm-shaped-filled",
    "inet-addresses phase-1-only",
    "orm-shaped orm-shaped-filled",
    "orm-shaped plain-ip-types",
    "orm-shaped-filled plain-ip-types",
    "phase-1-only plain-ip-types",
    "phase-1-only v17",
    "phase-1-only with-dependents",
  ]);
  expect(() => readBrokenStates("v17,claims-16")).toThrow(
    expect.objectContaining({ code: "usage", message: expect.stringMatching(/claims-16 and v17 contradict/) }),
  );
});

/** Breaks a database in each of several ways, one after the other, and calls `look` in each. */
async function breakEach(
  database: TestDatabase,
  combinations: BrokenState[][],
  look: (states: BrokenState[]) => Promise<void>,
): Promise<void> {
  for (const states of combinations) {
    await database.query("begin");
    for (const sql of brokenSql(database.target.schema, states)) await database.query(sql);
    await look(states);
    await database.query("rollback");
  }
}

const digestOf = (schema: string) =>
  `select md5(string_agg((session_id, event_count, source_files::text, enrichment::text, created_at, updated_at)::text, ',' order by session_id))
   from ${qualify(schema, "session_summaries")}`;

test.each([
  ["json", 80],
  ["jsonb", 80],
  ["json", 0],
] as const)(
  "makes each state and each pair in any schema, out of %s documents of %d sessions, without touching them",
  async (enrichmentType, sessions) => {
    const database = await aDatabase({ schema: "honey pot" });
    const { target } = database;
    await makeDemo(target, { sessions: Math.max(sessions, 1), until: UNTIL, enrichmentType });
    if (sessions === 0) await database.query(`delete from "honey pot".session_summaries`);
    const whole = await database.query(digestOf(target.schema));
    const pairs = BROKEN_STATES.flatMap((one) =>
      BROKEN_STATES.filter((other) => one < other && !contradict(one, other)).map((other) => [one, other]),
    );

    await breakEach(database, [...BROKEN_STATES.map((state) => [state]), ...pairs], async () => {
      expect(await database.query(digestOf(target.schema))).toEqual(whole);
    });
    expect(pairs).toHaveLength(33);
  },
);

test("is all or nothing in a broken state too", async () => {
  const database = await aDatabase();
  const contradicting: BrokenState[] = ["phase-1-only", "claims-16"];
  await expect(makeDemo(database.target, { sessions: 5, broken: contradicting })).rejects.toThrow(/source_ip/);
  expect(await database.query("select to_regclass('public.session_summaries') as made")).toEqual([{ made: null }]);
});

test("half-indexed holds an index that PostgreSQL itself calls invalid, with the definition that was asked for", async () => {
  const database = await aDatabase();
  await makeDemo(database.target, { sessions: 20, until: UNTIL, broken: ["half-indexed"] });
  expect(
    await database.query(
      `select indisvalid, indisunique, pg_get_indexdef(indexrelid) as definition from pg_index
       where indexrelid = 'public.idx_session_source_ip'::regclass`,
    ),
  ).toEqual([
    {
      indisvalid: false,
      indisunique: false,
      definition: "CREATE INDEX idx_session_source_ip ON public.session_summaries USING btree (source_ip)",
    },
  ]);
});

test("naive-timestamps keeps the times, and sets the role's TimeZone in this database alone", async () => {
  const whole = await aDatabase();
  const naive = await aDatabase();
  const options = { sessions: 50, seed: 3, until: UNTIL };
  await makeDemo(whole.target, options);
  await makeDemo(naive.target, { ...options, broken: ["naive-timestamps"] });
  const times = (at: string) =>
    `select md5(string_agg((extract(epoch from first_event_at${at}), extract(epoch from last_event_at${at}))::text, ',' order by session_id))
     from public.session_summaries`;
  expect(await naive.query(times(" at time zone 'UTC'"))).toEqual(await whole.query(times("")));
  const settings = `select array_to_string(setconfig, ',') as settings from pg_db_role_setting
    where setdatabase = (select oid from pg_database where datname = current_database())`;
  expect(await naive.query(settings)).toEqual([{ settings: "TimeZone=Europe/Berlin" }]);
  expect(await whole.query(settings)).toEqual([]);
});

test("orm-shaped-filled holds rows that no session gives and no v16 table would take", async () => {
  const database = await aDatabase();
  await makeDemo(database.target, { sessions: 200, until: UNTIL, broken: ["orm-shaped-filled"] });
  const [found] = await database.query(`select
    (select count(*) from public.asn_inventory where asn_number < 1) as "belowOne",
    (select count(*) from public.asn_inventory where organization_country !~ '^[A-Z]{2}$') as "noCountry",
    (select count(*) from public.ip_inventory where enrichment::text like '%\\u0000%') as "nul",
    (select count(*) from public.ip_inventory where session_count < 0) as "negative",
    (select count(*) from public.ip_inventory where session_count = 1000000) as "alsoOfSessions",
    (select count(*) from public.ip_asn_history) as history`);
  expect(found).toEqual({ belowOne: 2, noCountry: 3, nul: 1, negative: 1, alsoOfSessions: 20, history: 2 });
});

test("the command leaves a database in the states it names, and prints the shape of a demo", async () => {
  const database = await aDatabase();
  const made = await executeTidemark(["demo", "--json", "--sessions", "20", "--broken", "claims-16,naive-timestamps"], {
    DATABASE_URL: database.target.connectionString,
  });
  expect({ exitCode: made.exitCode, stderr: made.stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(made.stdout)).toEqual({ database: expect.any(String), sessions: 20, skippedLines: 0 });
  expect(await database.query("select value from public.schema_state")).toEqual([{ value: "16" }]);
});

test("the command refuses an unknown state with exit code 2, before it looks at the database", async () => {
  const { exitCode, stdout } = await executeTidemark(["demo", "--json", "--broken", "claims-61"], {
    DATABASE_URL: "postgres://u:p@127.0.0.1:1/d",
  });
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout).error).toMatchObject({ code: "usage", remedy: expect.stringContaining("half-indexed") });
});
