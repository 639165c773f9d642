import { describe, expect, test } from "vitest";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { checkEligibility, type Inspection, inspect, toStatus } from "@/lib/inspection/inspection";
import { aCowrieDatabase, aDatabase, type TestDatabase } from "@/lib/testing/database";
import { aDeclaredDatabase, recordVersion } from "@/lib/testing/declared-database";

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

describe("the recorded version", () => {
  test.each([
    { value: null, message: /no row schema_version/ },
    { value: "", message: /"", which is not a number/ },
    { value: "v16", message: /"v16", which is not a number/ },
    { value: "15.0", message: /"15\.0", which is not a number/ },
    { value: " 15", message: /" 15", which is not a number/ },
    { value: "-15", message: /which is not a number/ },
    { value: "14", message: /is 14; v16 starts from v15/, remedy: /Upgrade the application first/ },
    { value: "0", message: /is 0; v16 starts from v15/ },
    { value: "18", message: /is 18; Tidemark knows 15 to 17/ },
    { value: "99", message: /is 99; Tidemark knows 15 to 17/ },
  ])("$value is refused with its reason", async ({ value, message, remedy }) => {
    const database = await aCowrieDatabase();
    await recordVersion(database, value);
    const refusal = await refusalOf(database);
    expect(refusal).toMatchObject({ code: "not-eligible", exitCode: 4, message: expect.stringMatching(message) });
    if (remedy !== undefined) expect(refusal?.remedy).toMatch(remedy);
    expect((await look(database)).recordedVersion).toBe(value);
  });

  test.each(["15", "16", "17"])("%s is eligible", async (value) => {
    const database = await aDeclaredDatabase();
    await recordVersion(database, value);
    expect(checkEligibility(await look(database))).toBeNull();
  });
});

describe("refused with its reason:", () => {
  const replaced = (kind: string) => [
    "alter table public.session_summaries rename to sessions_before",
    `create ${kind} public.session_summaries as select * from public.sessions_before`,
  ];
  const BAD: { what: string; sql: string[]; message: RegExp; remedy?: RegExp }[] = [
    {
      what: "no session_summaries",
      sql: ["drop table public.session_summaries"],
      message: /not a Cowrie database: schema public has no table session_summaries/,
    },
    {
      what: "session_summaries in another schema",
      sql: ["create schema app", "alter table public.session_summaries set schema app"],
      message: /not a Cowrie database/,
      remedy: /set TIDEMARK_SCHEMA=app/,
    },
    {
      what: "no schema_state",
      sql: ["drop table public.schema_state"],
      message: /public\.schema_state.*does not exist/,
    },
    {
      what: "schema_state of another shape",
      sql: ["alter table public.schema_state rename column value to number"],
      message: /no row schema_version/,
    },
    { what: "a view", sql: replaced("view"), message: /session_summaries is a view/ },
    {
      what: "a materialized view",
      sql: replaced("materialized view"),
      message: /session_summaries is a materialized view/,
    },
    {
      what: "a partitioned table",
      sql: [
        "drop table public.session_summaries",
        "create table public.session_summaries (session_id text, created_at timestamptz) partition by range (created_at)",
      ],
      message: /session_summaries is a partitioned table/,
    },
    {
      what: "an inheritance child",
      sql: [
        "create table public.all_sessions (session_id varchar(64) not null)",
        "alter table public.session_summaries inherit public.all_sessions",
      ],
      message: /part of an inheritance tree/,
    },
    {
      what: "an inheritance parent",
      sql: ["create table public.old_sessions () inherits (public.session_summaries)"],
      message: /part of an inheritance tree/,
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

  test.each(BAD)("$what", async ({ sql, message, remedy }) => {
    const database = await aCowrieDatabase();
    for (const statement of sql) await database.query(statement);
    const refusal = await refusalOf(database);
    expect(refusal).toMatchObject({ code: "not-eligible", message: expect.stringMatching(message) });
    if (remedy !== undefined) expect(refusal?.remedy).toMatch(remedy);
  });

  test("an empty database", async () => {
    expect((await refusalOf(await aDatabase()))?.message).toMatch(/not a Cowrie database/);
  });

  test("a schema that does not exist", async () => {
    const inspection = await inspect(await (await aDatabase()).client(), "nowhere");
    expect(checkEligibility(inspection)?.message).toMatch(/there is no schema nowhere/);
  });

  test("a read-only database", async () => {
    const database = await aCowrieDatabase();
    await database.query(
      `do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$`,
    );
    expect((await refusalOf(database))?.message).toMatch(/read-only/);
  });

  test.each([
    { version: "13.21", major: 13, isInRecovery: false, message: /PostgreSQL 13\.21; Tidemark works on 14 to 18/ },
    { version: "19.1", major: 19, isInRecovery: false, message: /PostgreSQL 19\.1/ },
    { version: "17.6", major: 17, isInRecovery: true, message: /is a standby/ },
  ])("server $version, in recovery: $isInRecovery", async ({ message, ...server }) => {
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

describe("a role that is not a superuser", () => {
  /** A role of this test alone, and a target that connects as it. */
  async function aRole(database: TestDatabase, name: string): Promise<{ role: string; target: DatabaseTarget }> {
    const suffix = new URL(database.target.connectionString).pathname.slice(-8);
    const role = `${name}_${suffix}`;
    await database.query(`create role ${role} login password 'secret'`);
    const url = new URL(database.target.connectionString);
    url.username = role;
    url.password = "secret";
    return { role, target: { ...database.target, connectionString: url.href } };
  }

  async function anOwnedDatabase() {
    const database = await aCowrieDatabase();
    const owner = await aRole(database, "owner");
    const member = await aRole(database, "member");
    for (const table of ["session_summaries", "schema_state", "raw_events"]) {
      await database.query(`alter table public.${table} owner to ${owner.role}`);
    }
    await database.query(`grant create on schema public to ${owner.role}`);
    await database.query("create schema tidemark");
    await database.query(`grant usage, create on schema tidemark to ${owner.role}, ${member.role}`);
    return { database, owner, member };
  }

  const refusalAs = (target: DatabaseTarget) =>
    withClient(target, async (client) => checkEligibility(await inspect(client, "public")));

  test("is eligible as owner, and as a member of the owner", async () => {
    const { database, owner, member } = await anOwnedDatabase();
    await database.query(`grant ${owner.role} to ${member.role}`);
    expect(await refusalAs(owner.target)).toBeNull();
    expect(await refusalAs(member.target)).toBeNull();
  });

  test("is told which role to be a member of", async () => {
    const { database, owner, member } = await anOwnedDatabase();
    await database.query(`grant create on schema public to ${member.role}`);
    await database.query(`grant select on public.schema_state to ${member.role}`);
    expect(await refusalAs(member.target)).toMatchObject({
      message: expect.stringMatching(/not the owner of public\.session_summaries/),
      remedy: `grant ${owner.role} to ${member.role}`,
    });
  });

  test("is told which grant is missing", async () => {
    const { database, owner, member } = await anOwnedDatabase();
    expect((await refusalAs(member.target))?.remedy).toMatch(/grant select, insert, update on public\.schema_state/);
    // Up to 14 everybody may create in public.
    await database.query(`revoke create on schema public from ${owner.role}, public`);
    expect((await refusalAs(owner.target))?.remedy).toBe(`grant create on schema public to ${owner.role}`);
    await database.query(`grant create on schema public to ${owner.role}`);
    await database.query(`revoke create on schema tidemark from ${owner.role}`);
    expect((await refusalAs(owner.target))?.remedy).toBe(`grant usage, create on schema tidemark to ${owner.role}`);
    await database.query("drop schema tidemark");
    expect((await refusalAs(owner.target))?.remedy).toBe(`create schema tidemark authorization ${owner.role}`);
  });

  test("is refused where row-level security would hide sessions from it", async () => {
    const { database, owner } = await anOwnedDatabase();
    await database.query("alter table public.session_summaries enable row level security");
    expect(await refusalAs(owner.target)).toBeNull();
    await database.query("alter table public.session_summaries force row level security");
    expect((await refusalAs(owner.target))?.message).toMatch(/Row-level security hides rows/);
  });

  test("reads a schema it may not use as one it may not use", async () => {
    const { database, member } = await anOwnedDatabase();
    await database.query("revoke usage on schema public from public");
    expect((await refusalAs(member.target))?.code).toBe("not-eligible");
  });
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

  test("a trigger on sessions is a warning", async () => {
    const database = await aCowrieDatabase();
    await database.query(`create function public.touch() returns trigger language plpgsql as 'begin return new; end'`);
    await database.query(
      "create trigger touch before update on public.session_summaries for each row execute function public.touch()",
    );
    const inspection = await look(database);
    expect(inspection.findings.filter((finding) => finding.kind === "hazard")).toMatchObject([
      { object: "hazard:trigger-session_summaries.touch", severity: "warning", live: "touch" },
    ]);
  });
});
