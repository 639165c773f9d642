import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { checkDirect } from "@/lib/inspection/direct";
import { readStatus } from "@/lib/migration";
import { createV15Sql } from "@/lib/migration/ddl";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { aPeer } from "@/lib/testing/faults/peer";
import { expectRefused } from "@/lib/testing/faults/refused";
import { aPooler, reasonToSkipPooler } from "@/lib/testing/pgbouncer";
import { run } from "@/lib/testing/running";
import { aServer } from "@/lib/testing/servers";

const sessions = [
  { sessionId: "a", enrichment: { dshield: { ip: { number: "198.51.100.1", as: 64500, ascountry: "nl" } } } },
];

describe("F9: a database that takes no writes is refused:", () => {
  test("read-only by its own setting", async () => {
    const database = await aCowrieDatabase({ sessions });
    await setForDatabase(database, "default_transaction_read_only = on");
    await expectRefused(database, { message: /read-only for this role/, remedy: /alter role .* set/ });
  });

  test("read-only by a setting of the role there", async () => {
    const database = await aCowrieDatabase({ sessions });
    await database.query(
      `do $$ begin execute format('alter role %I in database %I set default_transaction_read_only = on', current_user, current_database()); end $$`,
    );
    await expectRefused(database, { message: /read-only for this role/ });
  });

  test("a hot standby, where the run lock could be had", async () => {
    const server = await aServer();
    const target = { connectionString: server.url, schema: "public" };
    await withClient(target, async (client) => {
      for (const sql of createV15Sql("public", { enrichmentType: "json" })) await client.query(sql);
    });
    await server.stop();
    // A server that waits for more WAL, from whomever, answers as any standby does.
    await writeFile(path.join(server.data, "standby.signal"), "");
    await server.start();

    await withClient(target, async (client) => {
      const { rows } = await client.query("select pg_is_in_recovery() as standby, pg_try_advisory_lock(1) as locked");
      expect(rows).toEqual([{ standby: true, locked: true }]);
      await client.query("select pg_advisory_unlock_all()");
    });
    const refusal = { code: "not-eligible", remedy: "Point DATABASE_URL at the primary." };
    await expect(run(target)).rejects.toMatchObject({ ...refusal, message: expect.stringContaining("is a standby") });
  });
});

describe("F11: a connection through PgBouncer", () => {
  const check = (target: DatabaseTarget) => withClient(target, checkDirect);

  test("is told from a direct one, which keeps nothing of the check", async () => {
    const database = await aCowrieDatabase();
    const client = await database.client();
    expect(await checkDirect(client)).toBeNull();
    expect(
      (await client.query("select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()")).rowCount,
    ).toBe(0);
  });

  test.skipIf(reasonToSkipPooler() !== null).each(["transaction", "session"] as const)(
    "in %s mode is refused, and a direct URL asked for",
    async (mode) => {
      const database = await aCowrieDatabase();
      expect(await check(await aPooler(database.target, { mode }))).toMatchObject({
        code: "not-eligible",
        message: expect.stringMatching(/connection pooler, such as PgBouncer/),
        remedy: expect.stringMatching(/Set DATABASE_URL to the server itself/),
      });
    },
  );
});

describe("F48: row-level security", () => {
  test("that would hide sessions from the role is refused", async () => {
    const { database, owner } = await anOwnedDatabase();
    await database.query("alter table public.session_summaries enable row level security");
    await database.query("alter table public.session_summaries force row level security");
    await expectRefused(
      database,
      { message: /Row-level security hides rows of public\.session_summaries/, remedy: /bypassrls/ },
      owner.target,
    );
  });

  test("that would hide inventory rows blocks a run, and the status says so", async () => {
    const { database, owner } = await anOwnedDatabase();
    await database.query("create table public.asn_inventory (asn_number integer primary key)");
    await database.query(`alter table public.asn_inventory owner to ${owner.role}`);
    await database.query("alter table public.asn_inventory enable row level security, force row level security");
    await expect(run(owner.target)).rejects.toMatchObject({
      message: expect.stringMatching(/hides rows from this role/),
    });
    expect((await readStatus(owner.target)).findings).toContainEqual(
      expect.objectContaining({ object: "hazard:row-security-asn_inventory", kind: "hazard", severity: "error" }),
    );
  });

  test("that does not concern the role is only said", async () => {
    const { database, owner } = await anOwnedDatabase();
    await database.query("alter table public.session_summaries enable row level security");
    await database.query("create policy nobody on public.session_summaries using (false)");
    const finished = await run(owner.target);
    expect(finished).toMatchObject({ status: "succeeded", error: null });
    expect(finished.lines.join("\n")).toContain("this role sees every row");
    expect(await database.query("select source_ip from public.session_summaries")).toEqual([
      { source_ip: "198.51.100.1" },
    ]);
  });
});

describe("F49: of four roles", () => {
  test("the owner migrates, and says that it cannot look into others' sessions", async () => {
    const { database, owner } = await anOwnedDatabase();
    const peer = await aPeer(database);
    await peer.query("begin");
    const finished = await run(owner.target);
    expect(finished).toMatchObject({ status: "succeeded", error: null });
    expect(finished.lines.join("\n")).toContain(
      `cannot be looked into (1 now); to have them named: grant pg_read_all_stats to ${owner.role}`,
    );
  });

  test("a member of the owner migrates, and what is made belongs to the owner", async () => {
    const { database, owner, member } = await anOwnedDatabase();
    await database.query(`grant ${owner.role} to ${member.role}`);
    expect(await run(member.target)).toMatchObject({ status: "succeeded", error: null });
    expect(
      await database.query(
        "select distinct tableowner::text as owner from pg_tables where tablename like '%\\_inventory'",
      ),
    ).toEqual([{ owner: owner.role }]);
  });

  test("one that is no member is told whose it has to be", async () => {
    const { database, owner, member } = await anOwnedDatabase();
    await database.query(`grant create on schema public to ${member.role}`);
    await database.query(`grant select on public.schema_state to ${member.role}`);
    await expectRefused(
      database,
      {
        message: /not the owner of public\.session_summaries/,
        remedy: new RegExp(`^grant ${owner.role} to ${member.role}$`),
      },
      member.target,
    );
  });

  test("one that may not read the version is told which grant is missing", async () => {
    const { database, member } = await anOwnedDatabase();
    await expectRefused(
      database,
      { message: /42501/, remedy: new RegExp(`^grant select, update on public\\.schema_state to ${member.role}$`) },
      member.target,
    );
  });

  test("the owner without a right on a schema is told which", async () => {
    const { database, owner } = await anOwnedDatabase();
    // Up to 14 everybody may create in public.
    await database.query(`revoke create on schema public from ${owner.role}, public`);
    const remedy = (text: string) => ({ message: /42501/, remedy: new RegExp(`^${text}$`) });
    await expectRefused(database, remedy(`grant create on schema public to ${owner.role}`), owner.target);
    await database.query(`grant create on schema public to ${owner.role}`);
    await database.query(`revoke create on schema tidemark from ${owner.role}`);
    await expectRefused(database, remedy(`grant usage, create on schema tidemark to ${owner.role}`), owner.target);
    await database.query("drop schema tidemark");
    await expectRefused(database, remedy(`create schema tidemark authorization ${owner.role}`), owner.target);
    await database.query("revoke usage on schema public from public");
    await database.query(`revoke all on schema public from ${owner.role}`);
    await expectRefused(database, remedy(`grant usage, create on schema public to ${owner.role}`), owner.target);
  });
});

interface Role {
  role: string;
  /** Connects as it. */
  target: DatabaseTarget;
}

/** A role of this database alone. */
async function aRole(database: TestDatabase, name: string): Promise<Role> {
  const suffix = new URL(database.target.connectionString).pathname.slice(-8);
  const role = `${name}_${suffix}`;
  await database.query(`create role ${role} login password 'secret'`);
  const url = new URL(database.target.connectionString);
  url.username = role;
  url.password = "secret";
  return { role, target: { ...database.target, connectionString: url.href } };
}

/** A v15 database that belongs to a role without further rights, and a second role that is nobody yet. */
async function anOwnedDatabase(): Promise<{ database: TestDatabase; owner: Role; member: Role }> {
  const database = await aCowrieDatabase({ sessions });
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

async function setForDatabase(database: TestDatabase, setting: string): Promise<void> {
  await database.query(`do $$ begin execute format('alter database %I set ${setting}', current_database()); end $$`);
}
