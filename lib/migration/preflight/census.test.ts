import { expect, test } from "vitest";
import { inspect } from "@/lib/inspection/inspection";
import { readOutlook, readPlan } from "@/lib/migration";
import { type Census, describeCensus, takeCensus } from "@/lib/migration/preflight/census";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { run } from "@/lib/testing/running";
import { executeTidemark } from "@/lib/testing/tidemark-command";

const sessions = [
  { sessionId: "nul", enrichmentText: String.raw`{"x":"\u0000"}` },
  { sessionId: "nul behind a backslash", enrichmentText: String.raw`{"x":"\\\u0000"}` },
  { sessionId: "lone surrogate", enrichmentText: String.raw`{"x":"\ud800 and more"}` },
  { sessionId: "pair", enrichmentText: String.raw`{"x":"\ud83d\ude00"}` },
  { sessionId: "text that looks like it", enrichmentText: String.raw`{"x":"\\u0000 \\ud800"}` },
  { sessionId: "odd value", enrichment: { cymru: { asn: "bad" } } },
  { sessionId: "none" },
];

/** In a READ ONLY transaction, which has to be usable afterwards. */
async function census(database: TestDatabase, major?: number): Promise<Census> {
  const client = await database.client();
  const inspection = await inspect(client, "public");
  const server = { ...inspection.server, major: major ?? inspection.server.major };
  await client.query("begin read only");
  try {
    return await takeCensus(client, { ...inspection, server });
  } finally {
    expect((await client.query("show statement_timeout")).rows).toEqual([{ statement_timeout: "0" }]);
    await client.query("rollback");
  }
}

test.each([undefined, 15])(
  "without the functions of a run unreadable documents are counted (as on major %s)",
  async (major) => {
    const database = await aCowrieDatabase({ sessions });
    const taken = await census(database, major);
    expect(taken).toEqual({ sampled: 7, scope: "documents", reasons: [{ reason: "document-unreadable", count: 3 }] });
    expect(describeCensus(taken)).toBe(
      "Census of 7 sampled sessions (an estimate, of whole documents only): to be set aside: document-unreadable 3; odd values inside readable documents are counted when a run begins",
    );
  },
);

test("a jsonb column holds no unreadable document", async () => {
  const database = await aCowrieDatabase({ enrichmentType: "jsonb", sessions: [{ sessionId: "a", enrichment: {} }] });
  expect(await census(database)).toEqual({ sampled: 1, scope: "documents", reasons: [] });
});

test("with the functions of a run every value is counted, and functions of another version are done without", async () => {
  const database = await aCowrieDatabase({ sessions });
  expect(await run(database.target)).toMatchObject({ status: "succeeded" });
  const taken = await census(database);
  expect(taken).toMatchObject({ sampled: 7, scope: "values" });
  expect(taken.reasons).toContainEqual({ reason: "document-unreadable", count: 3 });
  expect(taken.reasons).toContainEqual({ reason: "asn-unreadable", count: 1 });

  await database.query("drop function tidemark.read_document(json)");
  expect(await census(database)).toMatchObject({ scope: "documents" });
});

test("a plan tells hazards, disk, types and census beside its SQL, and changes neither JSON nor database", async () => {
  const database = await aCowrieDatabase({ sessions });
  await database.query("create publication feed for table public.session_summaries");
  const environment = { DATABASE_URL: database.target.connectionString };
  const told = [
    /^-- Publication feed publishes public\.session_summaries/m,
    /^-- Disk, at its peak: up to \d+ MB more/m,
    /^-- Types agree across both foreign keys: source_ip and ip_address character varying\(45\), current_asn and asn_number integer$/m,
    /^-- Census of 7 sampled sessions \(an estimate, of whole documents only\)/m,
  ];

  const human = await executeTidemark(["plan"], environment);
  for (const line of told) expect(human.stdout).toMatch(line);
  const machine = await executeTidemark(["plan", "--json"], environment);
  expect(JSON.parse(machine.stdout)).toEqual(await readPlan(database.target));
  for (const line of told) expect(machine.stderr).toMatch(line);

  expect(await database.query("select to_regnamespace('tidemark') as console")).toEqual([{ console: null }]);
  expect(await readOutlook(database.target)).toHaveLength(4);
});

test("a type that no foreign key could take is told with what a run makes of it", async () => {
  const database = await aCowrieDatabase();
  await database.query("create table public.ip_inventory (ip_address inet primary key)");
  expect(await readOutlook(database.target)).toContain(
    "ip_inventory.ip_address is inet: no foreign key is possible with that (42804); it is made character varying(45) before the key is added",
  );
});
