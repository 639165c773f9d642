import { describe, expect, test } from "vitest";
import { readStatus } from "@/lib/migration";
import { aCowrieDatabase } from "@/lib/testing/database";
import { aDeclaredDatabase, recordVersion } from "@/lib/testing/declared-database";
import { expectRefused } from "@/lib/testing/faults/refused";
import { aHoneypot } from "@/lib/testing/honeypot";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { reset, run } from "@/lib/testing/running";

test("F38: a database without schema_state is no v15 database, and nothing is written", async () => {
  const database = await aCowrieDatabase();
  await database.query("drop table public.schema_state");
  await expectRefused(database, {
    message: /not a Cowrie database of v15: public\.schema_state.*does not exist/,
    remedy: /bring the database to v15 first/,
  });
});

test("F38: a schema_state of another shape tells no version", async () => {
  const database = await aCowrieDatabase();
  await database.query("alter table public.schema_state rename column value to number");
  await expectRefused(database, { message: /no row schema_version/ });
});

test.each([
  { value: null, message: /no row schema_version/, remedy: /does not guess it/ },
  { value: "", message: /"", which is not a number/, remedy: /reads such a value as 0/ },
  { value: "v16", message: /"v16", which is not a number/ },
  { value: "15.0", message: /"15\.0", which is not a number/ },
  { value: " 15", message: /" 15", which is not a number/ },
  { value: "-15", message: /which is not a number/ },
  { value: "0x10", message: /which is not a number/ },
  { value: "1234567890", message: /which is not a number/ },
])("F39: the recorded version $value is refused and left as it is", async ({ value, ...reason }) => {
  const database = await aCowrieDatabase();
  await recordVersion(database, value);
  await expectRefused(database, reason);
  const rows = await database.query("select value from public.schema_state where key = 'schema_version'");
  expect(rows).toEqual(value === null ? [] : [{ value }]);
});

describe("F40: the recorded version", () => {
  test.each([
    { value: "0", message: /is 0; v16 starts from v15/, remedy: /Upgrade the application first/ },
    { value: "14", message: /is 14; v16 starts from v15/, remedy: /Upgrade the application first/ },
    { value: "18", message: /is 18; Tidemark knows 15 to 17/, remedy: /newer Tidemark/ },
    { value: "99", message: /is 99; Tidemark knows 15 to 17/ },
  ])("$value is refused", async ({ value, ...reason }) => {
    const database = await aCowrieDatabase();
    await recordVersion(database, value);
    await expectRefused(database, reason);
  });

  test.each(["15", "16", "17"])("%s with all of v16 is worked on, and a 17 is never lowered", async (value) => {
    const database = await aDeclaredDatabase();
    await recordVersion(database, value);
    expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
    expect(await readStatus(database.target)).toMatchObject({
      verdict: "migrated",
      version: { recorded: value === "17" ? "17" : "16", observed: "v16" },
    });
  });

  test("17 is not reset", async () => {
    const database = await aDeclaredDatabase();
    await recordVersion(database, "17");
    await expect(reset(database.target)).rejects.toMatchObject({
      code: "not-eligible",
      message: expect.stringContaining("17 cannot be reset"),
    });
    expect((await readStatus(database.target)).verdict).toBe("migrated");
  });
});

describe("F46: session_summaries that is no table:", () => {
  const replaced = (kind: string) => [
    "alter table public.session_summaries rename to sessions_before",
    `create ${kind} public.session_summaries as select * from public.sessions_before`,
  ];
  test.each([
    { what: "a view", sql: replaced("view"), message: /session_summaries is a view/ },
    {
      what: "a materialized view",
      sql: replaced("materialized view"),
      message: /session_summaries is a materialized view/,
    },
    {
      what: "a foreign table",
      sql: [
        "drop table public.session_summaries",
        "create foreign data wrapper elsewhere",
        "create server other foreign data wrapper elsewhere",
        "create foreign table public.session_summaries (session_id text) server other",
      ],
      message: /session_summaries is a foreign table/,
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
  ])("$what is refused with what it is", async ({ sql, message }) => {
    const database = await aCowrieDatabase();
    for (const statement of sql) await database.query(statement);
    await expectRefused(database, { message, remedy: /not supported/ });
  });
});

test.each([
  {
    what: "a partitioned table",
    sql: [
      "drop table public.session_summaries",
      "create table public.session_summaries (session_id text, created_at timestamptz) partition by range (created_at)",
    ],
    message: /session_summaries is a partitioned table/,
  },
  {
    what: "a partition",
    sql: [
      "create table public.sessions (like public.session_summaries) partition by range (created_at)",
      "alter table public.sessions attach partition public.session_summaries default",
    ],
    message: /session_summaries is a partition/,
  },
  {
    // What Citus leaves on the server that applications connect to.
    what: "a table distributed by Citus",
    sql: [
      "create function public.citus_truncate_trigger() returns trigger language plpgsql as 'begin return null; end'",
      `create trigger truncate_trigger after truncate on public.session_summaries
       for each statement execute function public.citus_truncate_trigger()`,
    ],
    message: /session_summaries is a table distributed by Citus/,
  },
])("F47: $what is refused early", async ({ sql, message }) => {
  const database = await aCowrieDatabase();
  for (const statement of sql) await database.query(statement);
  await expectRefused(database, { message, remedy: /partitioned.*distributed.*not supported.*docs\/scaling\.md/ });
});

describe("F50: a second session_summaries", () => {
  test("elsewhere, with none in the schema asked for, is pointed at", async () => {
    const database = await aCowrieDatabase({ schema: "app" });
    await expectRefused(
      database,
      { message: /not a Cowrie database/, remedy: /set TIDEMARK_SCHEMA=app/ },
      { ...database.target, schema: "public" },
    );
  });

  test("first in the search path, and of the role's own name, is named and left alone", async () => {
    const database = await aHoneypot({ sessions: 300, addresses: 20 });
    const before = await snapshotOf(database);
    await database.query("create schema cowrie");
    await database.query("create table cowrie.session_summaries (like public.session_summaries including all)");
    await database.query("insert into cowrie.session_summaries select * from public.session_summaries");
    await database.query("create table cowrie.schema_state (like public.schema_state including all)");
    await database.query(
      `do $$ begin execute format('alter database %I set search_path = "$user", public', current_database()); end $$`,
    );
    const shape = () => database.query("select * from cowrie.session_summaries order by session_id");
    const shadow = await shape();

    const finished = await run(database.target);

    expect(finished).toMatchObject({ status: "succeeded", error: null });
    expect(finished.lines.join("\n")).toContain("There is another session_summaries, in schema cowrie");
    expect(await shape()).toEqual(shadow);
    expect(await database.query("select to_regclass('cowrie.ip_inventory') as made")).toEqual([{ made: null }]);
    await expectInvariants(database, { before, finished: true });
  });
});
