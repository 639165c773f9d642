import fc from "fast-check";
import { expect, test } from "vitest";
import { verify } from "@/lib/migration";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { loadSessions } from "@/lib/testing/oracle/loading";
import { anOddSession } from "@/lib/testing/oracle/odd-sessions";
import { run } from "@/lib/testing/running";
import { executeTidemark } from "@/lib/testing/tidemark-command";

/** The last hour of the year before: no run of a test began then. */
const updated_at = "2025-12-31T23:00:00Z";
const sessions = ["a", "b", "c"].map((sessionId) => ({
  sessionId,
  enrichment: { dshield: { ip: { number: "198.51.100.1", as: 64500, ascountry: "NL" } } },
  columns: { updated_at },
}));

/** What a deep verification says, with its notes. */
async function verifyDeeply({ target }: TestDatabase) {
  const notes: string[] = [];
  const { deep } = await verify(target, { startedBy: "cli", isDeep: true, onNote: (text) => notes.push(text) });
  return { deep, notes };
}

test("reads every document again and names the session whose snapshot differs", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  expect(await verifyDeeply(database)).toEqual({ deep: { compared: 3, different: 0 }, notes: [] });

  await database.query("update public.session_summaries set snapshot_asn = 64501 where session_id = 'a'");
  await database.query(
    "update public.session_summaries set snapshot_country = null, snapshot_ip_types = '{vpn}' where session_id = 'c'",
  );

  expect(await verifyDeeply(database)).toEqual({
    deep: { compared: 3, different: 2 },
    notes: ["Session a differs in snapshot_asn", "Session c differs in snapshot_country, snapshot_ip_types"],
  });
});

test("leaves out what the rules do not give, open sessions, and documents that ingest wrote since", async () => {
  const database = await aCowrieDatabase({ sessions: [...sessions, { sessionId: "bare", columns: { updated_at } }] });
  await run(database.target);
  await database.query(
    "update public.session_summaries set source_ip = '198.51.100.1', snapshot_asn = 64500 where session_id = 'bare'",
  );
  await database.query("insert into public.session_summaries (session_id) values ('open')");
  await database.query(
    `update public.session_summaries set enrichment = '{"cymru": {"asn": 64999}}', updated_at = now() where session_id = 'a'`,
  );

  expect(await verifyDeeply(database)).toEqual({ deep: { compared: 3, different: 0 }, notes: [] });
});

test("computes the generated columns of every address again and names the one that differs", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  const [original] = await database.query<{ sql: string }>(
    "select pg_get_functiondef('public.tidemark_geo_country(jsonb, text)'::regprocedure) as sql",
  );
  await database.query(`create or replace function public.tidemark_geo_country(enrichment jsonb, ip_address text)
    returns character varying language sql immutable as 'select ''QQ''::character varying'`);
  await database.query("update public.ip_inventory set enrichment = enrichment || '{\"odd\": 1}'");

  expect((await verifyDeeply(database)).notes).toEqual([
    "Generated columns of ip_inventory not compared: they are not as declared.",
  ]);
  await database.query(original?.sql ?? "");

  expect(await verifyDeeply(database)).toEqual({
    deep: { compared: 3, different: 1 },
    notes: ["Address 198.51.100.1 differs in geo_country"],
  });
});

test.each(["json", "jsonb"] as const)("finds nothing different in odd documents of type %s", async (enrichmentType) => {
  const database = await aCowrieDatabase({ enrichmentType });
  const odd = fc
    .sample(anOddSession, { numRuns: 400, seed: 7 })
    .filter(({ document }) => enrichmentType === "json" || document === null || isStorable(document))
    .map((session, index) => ({
      ...session,
      sessionId: `odd-${index}`,
      rawEvents: session.rawEvents.map((event, place) => ({ ...event, id: index * 10 + place })),
    }));
  await loadSessions(await database.client(), "public", odd);
  await database.query("update public.session_summaries set updated_at = $1", [updated_at]);
  await run(database.target);

  expect(await verifyDeeply(database)).toEqual({ deep: { compared: odd.length, different: 0 }, notes: [] });
});

/** jsonb takes no NUL escape, no lone surrogate and no number out of range; only what is plainly fine is loaded. */
function isStorable(document: string): boolean {
  if (/\\u|[eE][+-]?\d{3,}/.test(document)) return false;
  try {
    JSON.parse(document);
    return true;
  } catch {
    return false;
  }
}

test("says why nothing is compared before a run, and without the functions that read documents", async () => {
  const database = await aCowrieDatabase({ sessions });
  expect(await verifyDeeply(database)).toEqual({
    deep: null,
    notes: [expect.stringMatching(/^Snapshots not compared: session_summaries has no source_ip, .* as declared; run/)],
  });

  await run(database.target);
  await database.query("drop schema tidemark cascade");

  expect(await verifyDeeply(database)).toEqual({
    deep: null,
    notes: [expect.stringContaining("the functions that read documents are missing")],
  });
});

test("verify --deep exits 5 for one different snapshot", async () => {
  const { target, query } = await aCowrieDatabase({ sessions });
  await run(target);
  const environment = { DATABASE_URL: target.connectionString };
  await query("update public.session_summaries set snapshot_country = 'DE' where session_id = 'b'");

  const { exitCode, stdout, stderr } = await executeTidemark(["verify", "--deep", "--json"], environment);

  expect(exitCode).toBe(5);
  expect(JSON.parse(stdout).deep).toEqual({ compared: 3, different: 1 });
  expect(stderr).toBe("Session b differs in snapshot_country\n");
  expect((await executeTidemark(["verify", "--deep"], environment)).stdout).toContain("3 compared, 1 different");
});
