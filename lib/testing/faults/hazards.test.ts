import { describe, expect, test } from "vitest";
import { readCatalog } from "@/lib/inspection/catalog";
import { toHazards } from "@/lib/inspection/hazards";
import { inspect } from "@/lib/inspection/inspection";
import { readStatus } from "@/lib/migration";
import { backendPid } from "@/lib/testing/backends";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { aPeer } from "@/lib/testing/faults/peer";
import { aHoneypot } from "@/lib/testing/honeypot";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { type FinishedRun, run } from "@/lib/testing/running";
import { aServer } from "@/lib/testing/servers";

const sessions = [
  { sessionId: "a", enrichment: { dshield: { ip: { number: "198.51.100.1", as: 64500, ascountry: "nl" } } } },
  { sessionId: "b", enrichment: { session: { "203.0.113.9": { cymru: { asn: "AS64501" } } } } },
];

/** Hazards that the status of `database` shows. */
async function hazardsOf({ target }: TestDatabase) {
  return (await readStatus(target)).findings.filter(({ kind }) => kind === "hazard");
}

/** Sets something for every session in this database. */
async function setForDatabase(database: TestDatabase, setting: string): Promise<void> {
  await database.query(`do $$ begin execute format('alter database %I set ${setting}', current_database()); end $$`);
}

/** Runs `body` (PL/pgSQL) for every session that is updated. */
async function onUpdate(database: TestDatabase, name: string, body: string, columns = ""): Promise<void> {
  await database.query(
    `create function public.${name}() returns trigger language plpgsql as $$ begin ${body} return new; end $$`,
  );
  await database.query(
    `create trigger ${name} before update ${columns} on public.session_summaries for each row execute function public.${name}()`,
  );
}

const said = ({ lines }: FinishedRun) => lines.join("\n");

/** That a failed run has made nothing of v16. */
async function expectStillV15(database: TestDatabase): Promise<void> {
  expect(await readStatus(database.target)).toMatchObject({ version: { recorded: "15", observed: "v15" } });
}

describe("F16: what holds up a concurrent index build is listed:", () => {
  test("an old snapshot, with pid, role, application and age", async () => {
    const database = await aCowrieDatabase();
    const peer = await aPeer(database, "pg_dump");
    await peer.query("begin isolation level repeatable read");
    await peer.query("select from public.raw_events");

    const catalog = await readCatalog(await database.client(), "public");
    const [transaction] = catalog.activity.transactions;
    if (transaction === undefined) throw new Error("The transaction of the peer is not listed.");
    expect(transaction).toMatchObject({ pid: backendPid(peer), application: "pg_dump", holdsSnapshot: true });
    expect(toHazards("public", catalog)).toEqual([]);

    const activity = { ...catalog.activity, transactions: [{ ...transaction, seconds: 75 }] };
    expect(toHazards("public", { ...catalog, activity })).toMatchObject([
      {
        name: `long-transaction-${backendPid(peer)}`,
        isBlocking: false,
        live: `pid ${backendPid(peer)} (role ${transaction.user}, application pg_dump, idle in transaction, open for 75 s)`,
        remedy: expect.stringContaining(`pg_terminate_backend(${backendPid(peer)})`),
      },
    ]);
  });

  test("a prepared transaction and a replication slot that nobody reads", async () => {
    const server = await aServer({ max_prepared_transactions: "2" });
    const database = await aHoneypot({ sessions: 20, addresses: 5, serverUrl: server.url });
    const peer = await aPeer(database);
    await peer.query("begin");
    await peer.query("update public.schema_state set value = value");
    await peer.query("prepare transaction 'left behind'");
    await database.query("select pg_create_physical_replication_slot('gone', true)");
    const hazards = await hazardsOf(database);
    await peer.query("rollback prepared 'left behind'");
    await database.query("select pg_drop_replication_slot('gone')");

    expect(hazards).toMatchObject([
      {
        object: "hazard:prepared-transaction-left behind",
        severity: "warning",
        remedy: "commit prepared or rollback prepared 'left behind'",
      },
      {
        object: "hazard:replication-slot-gone",
        severity: "warning",
        message: expect.stringContaining("keeps all WAL"),
      },
    ]);
    expect(await hazardsOf(database)).toEqual([]);
  });
});

test("F20: a statement_timeout of the role does not end a run, which says that it does not follow it", async () => {
  const database = await aCowrieDatabase({ sessions });
  await setForDatabase(database, "statement_timeout = ''400ms''");
  await onUpdate(database, "dawdle", "perform pg_sleep(0.5);");

  const finished = await run(database.target);

  expect(finished).toMatchObject({ status: "succeeded", error: null });
  expect(said(finished)).toContain("does not follow the settings of role or database: statement_timeout=400ms");
});

test("F22: a run is READ COMMITTED, whatever isolation the role has", async () => {
  const database = await aCowrieDatabase({ sessions });
  await setForDatabase(database, "default_transaction_isolation = serializable");
  await onUpdate(
    database,
    "insist",
    "if current_setting('transaction_isolation') <> 'read committed' then raise 'wrong isolation'; end if;",
  );

  expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
});

describe("F27: an event trigger", () => {
  /** Runs `body` (PL/pgSQL) after DDL on objects of schema public. */
  async function onDdl(database: TestDatabase, body: string): Promise<void> {
    await database.query(
      `create function public.on_ddl() returns event_trigger language plpgsql as $$ begin
         if exists (select from pg_event_trigger_ddl_commands() where schema_name = 'public') then ${body} end if;
       end $$`,
    );
    await database.query("create event trigger guard on ddl_command_end execute function public.on_ddl()");
  }

  test("that forbids DDL fails the run before anything is touched, in its own words without the password", async () => {
    const database = await aCowrieDatabase({ sessions });
    await onDdl(database, "raise 'No DDL by day, ask ops@example.org; password=hunter2';");
    expect(await hazardsOf(database)).toMatchObject([{ object: "hazard:event-trigger-guard", severity: "warning" }]);

    const refused = await run(database.target);

    expect(refused).toMatchObject({
      status: "failed",
      error: {
        sqlstate: "P0001",
        message: "No DDL by day, ask ops@example.org; password=***",
        statement: expect.stringMatching(/^create table public\.tidemark_rehearsal_\d+/),
        remedy: expect.stringContaining("event trigger guard"),
      },
    });
    await expectStillV15(database);

    await database.query("alter event trigger guard disable");
    expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
  });

  test("that lets DDL pass is tried, and the run goes on", async () => {
    const database = await aCowrieDatabase({ sessions });
    await onDdl(database, "null;");
    const finished = await run(database.target);
    expect(finished).toMatchObject({ status: "succeeded", error: null });
    expect(said(finished)).toContain("Tried DDL under event trigger guard, and took it back");
    expect(await database.query("select from pg_class where relname like 'tidemark_rehearsal%'")).toEqual([]);
  });
});

describe("F32: another application that migrates", () => {
  test("is named where it changes a table at the moment, by status and run alike", async () => {
    const database = await aCowrieDatabase({ sessions });
    const peer = await aPeer(database);
    await peer.query("begin");
    await peer.query("alter table public.session_summaries add column source_ip varchar(45)");

    const refusal = {
      code: "unreachable",
      message: expect.stringMatching(
        new RegExp(
          `^pid ${backendPid(peer)} \\(role cowrie, application cowrieprocessor\\) is changing public\\.session_summaries`,
        ),
      ),
    };
    await expect(readStatus(database.target)).rejects.toMatchObject(refusal);
    await expect(inspect(await database.client(), "public", { patienceMs: 0 })).rejects.toMatchObject(refusal);
    await peer.query("rollback");
    await expectStillV15(database);
  });

  test("stops a run that begins meanwhile, which can be started again", async () => {
    const database = await aHoneypot({ sessions: 300, addresses: 20 });
    const before = await snapshotOf(database);
    const peer = await aPeer(database);
    await peer.query("begin");
    await peer.query(
      "create trigger noted after delete on public.session_summaries execute function suppress_redundant_updates_trigger()",
    );
    expect(await hazardsOf(database)).toMatchObject([
      { object: `hazard:schema-change-${backendPid(peer)}`, severity: "warning" },
    ]);

    expect(await run(database.target)).toMatchObject({
      status: "failed",
      error: {
        message: expect.stringMatching(/application cowrieprocessor, .* is changing session_summaries at this moment/),
        remedy: expect.stringContaining("keep the application from upgrading"),
      },
    });
    await expectStillV15(database);

    await peer.query("rollback");
    expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
    await expectInvariants(database, { before, finished: true });
  });

  test("between two phases leaves what the next phase finds and takes in", async () => {
    const database = await aHoneypot({ sessions: 300, addresses: 20 });
    // As the application would, it makes its own ip_inventory once asn_inventory is there.
    await database.query(
      `create function public.upgrade() returns event_trigger language plpgsql as $$ begin
         if to_regclass('public.asn_inventory') is not null and to_regclass('public.ip_inventory') is null then
           create table public.ip_inventory (ip_address varchar(45) primary key, current_asn integer, first_seen timestamptz not null);
         end if;
       end $$`,
    );
    await database.query(
      "create event trigger upgrade on ddl_command_end when tag in ('CREATE INDEX') execute function public.upgrade()",
    );

    const finished = await run(database.target);

    expect(finished).toMatchObject({ status: "succeeded", error: null });
    expect(said(finished)).not.toContain("Created ip_inventory table successfully");
    expect(await readStatus(database.target)).toMatchObject({ verdict: "migrated", version: { observed: "v16" } });
  });
});

describe("F51: a constraint of others on rows that a run writes", () => {
  test.each<[string, string, string]>([
    [
      "ip_inventory.known",
      "alter table public.ip_inventory add constraint known check (current_asn is not null and session_count > 0) not valid",
      "would refuse the row of each new key (23514)",
    ],
    [
      "session_summaries.not_nl",
      "alter table public.session_summaries add constraint not_nl check (snapshot_country <> 'NL') not valid",
      "violates check constraint",
    ],
    [
      "session_summaries.listed",
      `create table public.countries (code varchar(2) primary key);
       alter table public.session_summaries add constraint listed foreign key (snapshot_country)
         references public.countries (code) deferrable initially deferred not valid`,
      "violates foreign key constraint",
    ],
    [
      "session_summaries.ux",
      "create unique index ux on public.session_summaries (snapshot_asn)",
      "duplicate key value",
    ],
  ])("is listed, and %s fails the run before anything is touched", async (name, statement, message) => {
    const database = await aCowrieDatabase({ sessions: sessions.slice(0, 1) });
    await run(database.target);
    await database.query(statement);
    await database.query(`insert into public.session_summaries (session_id, enrichment)
      select 'new-' || n, enrichment from public.session_summaries, generate_series(1, 2) as n`);
    const open = "select count(*)::int as open from public.session_summaries where enrichment_at is null";
    expect(await hazardsOf(database)).toMatchObject([
      { object: `hazard:constraint-${name}`, severity: "warning", remedy: expect.stringContaining("drop it") },
    ]);

    const { error } = await run(database.target);

    expect(error?.message).toContain(message);
    expect(error?.message).toContain(name.split(".")[1]);
    expect(error?.remedy).toContain("drop it and make it again after the run");
    expect(await database.query(open)).toEqual([{ open: 2 }]);
  });

  test("that only a later batch breaks fails the run with name and remedy; what is done stays, and the next ends it", async () => {
    const database = await aCowrieDatabase({ sessions: sessions.slice(0, 1) });
    await run(database.target);
    await database.query(
      "alter table public.session_summaries add constraint not_se check (snapshot_country <> 'SE'), add column filler text",
    );
    await database.query(`insert into public.session_summaries (session_id, enrichment, filler)
      select 'n' || n, json_build_object('maxmind', json_build_object('country', case when n = 900 then 'SE' else 'NL' end)), repeat('x', 500)
      from generate_series(1, 900) as n`);

    expect((await run(database.target)).error).toMatchObject({
      sqlstate: "23514",
      message: expect.stringContaining("not_se"),
      remedy: expect.stringContaining("not_se on public.session_summaries refuses a row."),
    });

    const [left] = await database.query<{ done: number }>(
      "select count(snapshot_country)::int as done from public.session_summaries",
    );
    expect(left?.done).toBeGreaterThan(1);
    await database.query("alter table public.session_summaries drop constraint not_se");
    expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
  });

  test("is not blamed for what is ours and only to be repaired", async () => {
    const database = await aCowrieDatabase({ sessions });
    await run(database.target);
    await database.query(`
      alter table public.ip_inventory add constraint seen check (first_seen <= last_seen), alter column updated_at drop default;
      insert into public.session_summaries (session_id, enrichment)
      values ('new', '{"session_metadata": {"source_ip": "198.51.100.77"}}')`);

    const finished = await run(database.target);

    expect(finished).toMatchObject({ status: "succeeded", error: null });
    expect(said(finished)).toContain("Could not try the first sessions under ip_inventory.seen");
  });

  test("that no derived row can break is no hazard", async () => {
    const database = await aCowrieDatabase({ sessions });
    await run(database.target);
    await database.query(`
      alter table public.ip_inventory add constraint fk_of_the_orm foreign key (current_asn) references public.asn_inventory (asn_number);
      alter table public.session_summaries add constraint risk check (risk_score < 100);
      create unique index ux on public.ip_inventory (last_seen, ip_address)`);
    expect(await hazardsOf(database)).toEqual([]);
    expect((await run(database.target)).lines.filter((line) => line.includes("fk_of_the_orm"))).toEqual([]);
  });
});

describe("F51: a trigger on session_summaries", () => {
  test("that counts is listed, fires once a session, and the run goes on", async () => {
    const database = await aHoneypot({ sessions: 300, addresses: 20 });
    const before = await snapshotOf(database);
    await database.query("create table public.audit (session_id text)");
    await onUpdate(database, "audit", "insert into public.audit values (new.session_id);");
    await onUpdate(database, "elsewhere", "", "of matcher");
    expect(await hazardsOf(database)).toMatchObject([
      { object: "hazard:trigger-session_summaries.audit", severity: "warning", live: "audit" },
    ]);

    const finished = await run(database.target);

    expect(finished).toMatchObject({ status: "succeeded", error: null });
    expect(said(finished)).toContain("Tried an update under trigger audit, and took it back");
    expect(await database.query("select count(*), count(distinct session_id) as sessions from public.audit")).toEqual([
      { count: 300, sessions: 300 },
    ]);
    await database.query(
      "drop trigger audit on public.session_summaries; drop trigger elsewhere on public.session_summaries",
    );
    await database.query("drop function public.audit(), public.elsewhere(); drop table public.audit");
    await expectInvariants(database, { before, finished: true });
  });

  test("that objects only to the new columns fails the sweep, and is named with what disables it", async () => {
    const database = await aCowrieDatabase({ sessions });
    const body = "if to_jsonb(new) ->> 'enrichment_at' is not null then raise 'no snapshots'; end if;";
    await onUpdate(database, "forbid", body);

    expect(await run(database.target)).toMatchObject({
      status: "failed",
      error: {
        sqlstate: "P0001",
        message: "no snapshots",
        remedy: expect.stringContaining(
          "enable it once that has ended, by the same statement with “enable trigger”. To disable it: alter table public.session_summaries disable trigger forbid",
        ),
      },
    });

    await database.query("alter table public.session_summaries disable trigger forbid");
    expect(await run(database.target)).toMatchObject({ status: "succeeded" });
  });

  test("that raises fails the run before anything is touched, in its own words", async () => {
    const database = await aCowrieDatabase({ sessions });
    await onUpdate(database, "frozen", "raise 'sessions are frozen';");

    expect(await run(database.target)).toMatchObject({
      status: "failed",
      error: { sqlstate: "P0001", message: "sessions are frozen", remedy: expect.stringContaining("disable trigger") },
    });
    await expectStillV15(database);

    await database.query("alter table public.session_summaries disable trigger frozen");
    expect(await hazardsOf(database)).toEqual([]);
    expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
  });
});

describe("F52: a publication", () => {
  test.each([
    { what: "of the table", scope: "for table public.session_summaries", live: "public.session_summaries, by name" },
    {
      what: "of the schema",
      scope: "for tables in schema public",
      live: /^public\.session_summaries, with every table of the schema/,
    },
    {
      what: "of everything",
      scope: "for all tables",
      live: /^public\.session_summaries, with every table of the database/,
    },
  ])("$what is warned of, and the run goes on", async ({ scope, live }) => {
    const database = await aCowrieDatabase({ sessions });
    // FOR TABLES IN SCHEMA came with 15.
    if (scope.includes("schema") && (await major(database)) < 15) return;
    await database.query(`create publication feed ${scope}`);
    expect(await hazardsOf(database)).toMatchObject([
      {
        object: "hazard:publication-feed",
        severity: "warning",
        live: expect.stringMatching(live),
        remedy: expect.stringContaining("on every subscriber before the run"),
      },
    ]);
    expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
  });

  test("of a table whose rows cannot be told apart blocks the run: every update would be refused", async () => {
    const database = await aCowrieDatabase({ sessions });
    await database.query("create publication feed for table public.session_summaries");
    await database.query("alter table public.session_summaries replica identity nothing");
    await expect(run(database.target)).rejects.toMatchObject({
      code: "not-eligible",
      message: expect.stringContaining("no replica identity"),
      remedy: "alter table public.session_summaries replica identity full",
    });
    await database.query("alter table public.session_summaries replica identity full");
    expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
  });
});

async function major(database: TestDatabase): Promise<number> {
  const [row] = await database.query<{ major: number }>(
    "select current_setting('server_version_num')::int / 10000 as major",
  );
  return row?.major ?? 0;
}
