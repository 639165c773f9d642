import fc from "fast-check";
import { expect, test } from "vitest";
import { qualify } from "@/lib/db/identifier";
import { generatedFunctions } from "@/lib/enrichment/generated-functions";
import { readPlan, readStatus } from "@/lib/migration";
import { RefusalError } from "@/lib/refusal";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import { compareInventories, compareSnapshots, readAll } from "@/lib/testing/oracle/comparison";
import { readGenerated } from "@/lib/testing/oracle/generated";
import { loadSessions } from "@/lib/testing/oracle/loading";
import { aRandomState, type RandomState, sessionsOf } from "@/lib/testing/random-states";
import { run } from "@/lib/testing/running";

const IS_SOAK = process.env.TIDEMARK_SOAK !== undefined;
const STATES = IS_SOAK ? 300 : 25;
/** Printed with every failure; the soak tries other states each time. */
const SEED = Number(process.env.TIDEMARK_SEED ?? (IS_SOAK ? Date.now() % 2 ** 31 : 20_261_122));

/** How many smaller states are tried once one has failed. */
const MOST_SHRINKS = 60;

const SCHEMA = "public";
const SESSIONS = qualify(SCHEMA, "session_summaries");

/** What may be left to say of a database that shows all of v16. */
const ALLOWED = ["extra-object", "hazard"];

test(
  "any mixture of objects in any shape becomes v16 with right values, or is refused by name with nothing touched",
  async () => {
    const refused = new Map<string, number>();
    let migrated = 0;
    let triesSinceFailure = 0;
    say(`${STATES} random states, seed ${SEED}`);
    await fc.assert(
      fc.asyncProperty(aRandomState(SCHEMA), async (state) => {
        // A smaller counterexample is worth some tries, not minutes.
        if (triesSinceFailure > MOST_SHRINKS) return;
        if (triesSinceFailure > 0) triesSinceFailure += 1;
        const refusal = await tryState(state).catch((cause: unknown) => {
          if (triesSinceFailure === 0) say(`first failure: ${(cause as Error).message.slice(0, 3_000)}`);
          triesSinceFailure ||= 1;
          throw cause;
        });
        if (refusal === null) migrated += 1;
        else refused.set(refusal, (refused.get(refusal) ?? 0) + 1);
      }),
      {
        numRuns: STATES,
        seed: SEED,
        interruptAfterTimeLimit: IS_SOAK ? 1_500_000 : 240_000,
        markInterruptAsFailure: true,
      },
    );
    say(`${migrated} migrated, refused: ${JSON.stringify([...refused])}`);
    expect(migrated).toBeGreaterThan(STATES / 2);
  },
  IS_SOAK ? 1_800_000 : 300_000,
);

/** What random states have found, as small as it gets: none of these may fail in the middle again. */
test.each([
  [
    "one helper function missing, and one that calls it of another definition",
    `drop function public.tidemark_session_entry(jsonb, text);
     create or replace function public.tidemark_ip_types(enrichment jsonb, ip_address text) returns text[]
       language sql immutable as 'select null::text[]'`,
  ],
  [
    "a plain geo_country, and no document that it could be generated from",
    "create table public.ip_inventory (ip_address varchar(45) primary key, geo_country varchar(2))",
  ],
  [
    "a nullable document under a generated column",
    `create table public.ip_inventory (ip_address varchar(45) primary key, enrichment jsonb default '{}'::jsonb,
       geo_country varchar(2) generated always as (public.tidemark_geo_country(enrichment, (ip_address)::text)) stored);
     insert into public.ip_inventory (ip_address, enrichment) values ('198.18.0.1', null)`,
  ],
])("repairs %s", async (_what, statements) => {
  expect(await tryState({ enrichmentType: "json", sessionSeed: 6, statements: statements.split(/;\n/) })).toBeNull();
});

test("a date that does not exist is read before any other, and is set aside", async () => {
  const database = await aCowrieDatabase({
    sessions: [{ sessionId: "s1", enrichment: { enriched_at: "2025-04-31" } }],
  });
  expect((await run(database.target)).error).toBeNull();
  expect(await database.query("select field, reason from tidemark.set_aside")).toEqual([
    { field: "enrichment_at", reason: "enriched-at-unreadable" },
  ]);
});

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Migrates a database in `state`; null when it became v16, else the refusal's words. */
async function tryState(state: RandomState): Promise<string | null> {
  const database = await aCowrieDatabase({ enrichmentType: state.enrichmentType });
  const sessions = sessionsOf(state);
  await loadSessions(await database.client(), SCHEMA, sessions);
  await applyAll(
    database,
    generatedFunctions(SCHEMA).map(({ createSql }) => createSql),
  );
  const applied = await applyAll(database, state.statements);
  try {
    return await migrateAndCompare(database, sessions);
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\n\nafter\n${applied.join(";\n")};`, { cause });
  } finally {
    await database.drop();
  }
}

/** Statements that PostgreSQL took. */
async function applyAll(database: TestDatabase, statements: string[]): Promise<string[]> {
  const applied: string[] = [];
  for (const statement of statements) {
    await database.query(statement).then(
      () => applied.push(statement),
      () => {},
    );
  }
  return applied;
}

async function migrateAndCompare(
  database: TestDatabase,
  sessions: ReturnType<typeof sessionsOf>,
): Promise<string | null> {
  const before = await lookAt(database);
  const present = await readPresent(database);
  const outcome = await run(database.target).then(
    ({ status, error }) => ({ status, error }),
    (refusal: unknown) => {
      if (!(refusal instanceof RefusalError)) throw refusal;
      return { status: "refused", error: { sqlstate: null, message: refusal.message, statement: null } };
    },
  );
  const after = await lookAt(database);
  expect(after.digest, "I1: v15 columns").toEqual(before.digest);
  if (outcome.status !== "succeeded") {
    const { sqlstate = null, message = "", statement = null } = outcome.error ?? {};
    expect(sqlstate, `a refusal, not a statement that failed: ${message}\n${statement}`).toBeNull();
    expectNamed(outcome.error?.message ?? "", before.findings);
    expect(compareDumps(before.dump, after.dump).slice(0, 3), "what a refusal touched").toEqual([]);
    return outcome.error?.message ?? "";
  }

  expect(after.findings.filter(({ kind }) => !ALLOWED.includes(kind)).map(({ id }) => id)).toEqual([]);
  expect(after.verdict, "I4").toBe("migrated");
  expect(after.recorded, "I4").toBe(before.recorded === "17" ? "17" : "16");
  expect((await readPlan(database.target)).steps.map(({ id }) => id)).toEqual([]);
  expectKept(before, after);
  await expectRightValues(database, { sessions, present, before });
  return null;
}

function expectNamed(message: string, findings: { object: string; severity: string }[]): void {
  const named = findings.filter(({ object }) => message.includes(object.replace("hazard:", "")));
  expect(named.length, `an object that ${JSON.stringify(message)} names`).toBeGreaterThan(0);
}

interface Look {
  digest: unknown;
  dump: string[];
  findings: { id: string; kind: string; object: string; severity: string }[];
  verdict: string;
  recorded: string | null;
  ips: string[];
  asns: string[];
  /** Systems that the application's addresses name. */
  parents: string[];
  moves: number;
  foreignIndexes: string[];
}

async function lookAt(database: TestDatabase): Promise<Look> {
  const { findings, verdict, version } = await readStatus(database.target);
  const strings = async (sql: string) => (await database.query<{ s: string }>(sql).catch(() => [])).map(({ s }) => s);
  return {
    digest: await database.query(
      `select md5(string_agg((session_id, first_event_at, last_event_at, event_count, source_files::text, enrichment::text,
         created_at, updated_at)::text, ',' order by session_id)) as md5, count(*) as n from ${SESSIONS}`,
    ),
    dump: await dumpOf(database.target),
    findings,
    verdict,
    recorded: version.recorded,
    ips: await strings("select split_part(ip_address::text, '/', 1) as s from public.ip_inventory order by 1"),
    asns: await strings("select asn_number::text as s from public.asn_inventory order by 1"),
    parents: await strings(
      "select distinct current_asn::text as s from public.ip_inventory where current_asn is not null",
    ),
    moves: (await strings("select ip_address::text as s from public.ip_asn_history")).length,
    foreignIndexes: await strings(
      "select indexdef as s from pg_indexes where tablename in ('raw_events', 'schema_state') order by 1",
    ),
  };
}

/** I2, and that nothing of others went. */
function expectKept(before: Look, after: Look): void {
  expect(after.ips, "I2: addresses").toEqual(expect.arrayContaining(before.ips));
  const real = before.asns.filter((asn) => Number(asn) >= 1);
  expect(after.asns, "I2: systems").toEqual(expect.arrayContaining(real));
  expect(after.moves, "I2: moves").toBe(before.moves);
  expect(after.foreignIndexes, "indexes of other tables").toEqual(before.foreignIndexes);
  const extras = (look: Look) => look.findings.filter(({ kind }) => kind === "extra-object").map(({ id }) => id);
  expect(extras(after), "what is not ours").toEqual(expect.arrayContaining(extras(before)));
}

type Present = Map<
  string,
  {
    source_ip: string | null;
    snapshot_asn: string | null;
    snapshot_country: string | null;
    snapshot_ip_types: string[] | null;
    hasTextTypes: boolean;
  }
>;

/** What is in the snapshot columns already, where they are there. */
async function readPresent(database: TestDatabase): Promise<Present> {
  const rows = await database.query<{ id: string; row: Record<string, string | string[] | null> }>(
    `select session_id as id, row_to_json(s) as row from ${SESSIONS} as s`,
  );
  const text = (value: unknown) =>
    value === null || value === undefined ? null : String(value).replace("/32", "").trim();
  return new Map(
    rows.map(({ id, row }) => [
      id,
      {
        source_ip: text(row.source_ip),
        snapshot_asn: text(row.snapshot_asn),
        snapshot_country: text(row.snapshot_country),
        snapshot_ip_types: Array.isArray(row.snapshot_ip_types) ? row.snapshot_ip_types : null,
        // A text that looks like a list may be read as one or as a word.
        hasTextTypes: typeof row.snapshot_ip_types === "string",
      },
    ]),
  );
}

/** A value that was there stays; every other one, and every derived row, is what the oracle reads. */
async function expectRightValues(
  database: TestDatabase,
  facts: { sessions: ReturnType<typeof sessionsOf>; present: Present; before: Look },
): Promise<void> {
  const { present, before } = facts;
  const expected = readAll(
    facts.sessions.map((session) => ({
      ...session,
      existingSourceIp: present.get(session.sessionId)?.source_ip ?? null,
    })),
  ).map((session) => {
    const there = present.get(session.sessionId);
    const { values } = session;
    return {
      ...session,
      values: {
        ...values,
        snapshotAsn: there?.snapshot_asn == null ? values.snapshotAsn : Number(there.snapshot_asn),
        snapshotCountry: there?.snapshot_country ?? values.snapshotCountry,
        snapshotIpTypes: there?.snapshot_ip_types ?? values.snapshotIpTypes,
      },
    };
  });
  const client = await database.client();
  const brief = (found: { key: string; field: string; oracle: unknown; live: unknown }[]) =>
    found.slice(0, 5).map(({ key, field, oracle, live }) => ({ key, field, oracle, live }));
  const snapshots = (await compareSnapshots(client, SCHEMA, expected)).filter(
    ({ key, field }) => !(field === "snapshotIpTypes" && present.get(key)?.hasTextTypes),
  );
  expect(brief(snapshots), "snapshots").toEqual([]);
  const own = new Set([...before.ips, ...before.asns, ...before.parents]);
  const derived = (await compareInventories(client, SCHEMA, expected)).filter(({ key }) => !own.has(key));
  expect(brief(derived), "derived rows").toEqual([]);

  const rows = await database.query<{ ip: string; document: string; columns: unknown }>(
    `select ip_address as ip, enrichment::text as document, jsonb_build_object('geoCountry', geo_country, 'ipTypes', ip_types,
       'isScanner', is_scanner, 'isBogon', is_bogon) as columns from public.ip_inventory`,
  );
  for (const { ip, document, columns } of rows) expect(columns, ip).toEqual(readGenerated(document, ip));
}
