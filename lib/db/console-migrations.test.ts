import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { hasConsoleSchema, migrateConsoleSchema } from "@/lib/db/console-migrations";
import { RefusalError } from "@/lib/refusal";
import { aDatabase } from "@/lib/testing/database";
import { holdLock } from "@/lib/testing/lock-holder";

const shipped = readdirSync("drizzle").filter((name) => name.endsWith(".sql")).length;
const countFiles = "select count(*)::int as files from tidemark.__drizzle_migrations";

test("twenty processes may bring the console's tables up to date at once", async () => {
  const database = await aDatabase();
  const clients = await Promise.all(Array.from({ length: 20 }, () => database.client()));
  await Promise.all(clients.map(migrateConsoleSchema));

  expect(await Promise.all(clients.map(hasConsoleSchema))).toEqual(clients.map(() => true));
  expect(await database.query(countFiles)).toEqual([{ files: shipped }]);
  expect(
    await database.query(
      "select from pg_catalog.pg_locks where locktype = 'advisory' and database = (select oid from pg_catalog.pg_database where datname = current_database())",
    ),
  ).toEqual([]);
});

test("says that the tables are missing without making them", async () => {
  const database = await aDatabase();
  expect(await hasConsoleSchema(await database.client())).toBe(false);
  expect(await database.query("select from pg_catalog.pg_namespace where nspname = 'tidemark'")).toEqual([]);
});

test("leaves what is there alone the second time", async () => {
  const database = await aDatabase();
  const client = await database.client();
  await migrateConsoleSchema(client);
  await database.query("insert into tidemark.measures (name, value, is_exact) values ('x', '1', true)");
  const transaction = () => database.query("select xmin from tidemark.__drizzle_migrations");
  const before = await transaction();
  await migrateConsoleSchema(client);

  expect(await transaction()).toEqual(before);
  expect(await database.query("select name from tidemark.measures")).toEqual([{ name: "x" }]);
});

test("uses a schema that an administrator made for a role without CREATE on the database", async () => {
  const database = await aDatabase();
  const client = await database.client();
  const role = `${client.database}_role`;
  await database.query(`create role ${role}; create schema tidemark authorization ${role}`);
  await client.query(`set role ${role}`);
  await migrateConsoleSchema(client);
  expect(await hasConsoleSchema(client)).toBe(true);
  await client.query("reset role");
  await database.query(`drop schema tidemark cascade; drop role ${role}`);
});

test("a role that may not read the ledger sees no console tables, and no error", async () => {
  const database = await aDatabase();
  const client = await database.client();
  await migrateConsoleSchema(client);
  const role = `${client.database}_role`;
  await database.query(`create role ${role}`);
  await client.query(`set role ${role}`);
  expect(await hasConsoleSchema(client)).toBe(false);
  await client.query("reset role");
  await database.query(`drop role ${role}`);
});

test("leaves nothing behind when a statement fails", async () => {
  const database = await aDatabase();
  await database.query("create schema tidemark; create table tidemark.runs (id int)");
  const client = await database.client();
  await expect(migrateConsoleSchema(client)).rejects.toMatchObject({ code: "42P07" });
  expect(await hasConsoleSchema(client)).toBe(false);
  expect(await database.query("select relname from pg_class where relnamespace = 'tidemark'::regnamespace")).toEqual([
    { relname: "runs" },
  ]);
});

test("refuses tables that another file of the same name made", async () => {
  const database = await aDatabase();
  const client = await database.client();
  await migrateConsoleSchema(client);
  await database.query("update tidemark.__drizzle_migrations set hash = 'other'");
  await expect(migrateConsoleSchema(client)).rejects.toThrow(RefusalError);
});

test("a server of an earlier version goes on beside the tables of a later one", async () => {
  const database = await aDatabase();
  const client = await database.client();
  await migrateConsoleSchema(client);
  await database.query(
    "alter table tidemark.runs add column of_later text; create table tidemark.of_later (id int);" +
      "insert into tidemark.__drizzle_migrations (hash, created_at) values ('later', 9999999999999)",
  );

  expect(await hasConsoleSchema(client)).toBe(true);
  await migrateConsoleSchema(client);

  expect(await database.query(countFiles)).toEqual([{ files: shipped + 1 }]);
});

/** Makes the tables those of an earlier version, whose file `0003_pace.sql` adds two columns to the table of runs. */
const UNDO_PACE = `
alter table tidemark.runs drop column workers, drop column slow_because;
delete from tidemark.__drizzle_migrations where created_at = 1795388860443`;

test("an upgrade lets the run of another server write while somebody is in its way, and is done once they are gone", async () => {
  const database = await aDatabase();
  const client = await database.client();
  await migrateConsoleSchema(client);
  await database.query(UNDO_PACE);
  await database.query("insert into tidemark.runs (kind, status, started_by) values ('migrate', 'running', 'web')");
  const holder = await holdLock(database, "select from tidemark.runs");

  const upgrading = migrateConsoleSchema(client);
  // Without an end to its waiting each of these would wait for the holder, behind the upgrade.
  for (let line = 1; line <= 10; line += 1) {
    await database.query("update tidemark.runs set heartbeat_at = clock_timestamp(), last_seq = $1", [line]);
  }
  expect(await hasConsoleSchema(await database.client())).toBe(false);
  await holder.release();
  await upgrading;

  expect(await hasConsoleSchema(client)).toBe(true);
});

/** Whether a server of the version before can live with it: new tables, new columns with a default or none, indexes. */
function onlyAdds(statement: string): boolean {
  if (/^create (table|(unique )?index) /i.test(statement)) return true;
  const column = /^alter table \S+ add column (.*)$/is.exec(statement)?.[1];
  return column !== undefined && (!/not null/i.test(column) || /default/i.test(column));
}

test.each(readdirSync("drizzle").filter((name) => name.endsWith(".sql")))("%s only adds", (file) => {
  const text = readFileSync(`drizzle/${file}`, "utf8").replace(/^--(?!>).*$/gm, "");
  const made = [...text.matchAll(/create table "tidemark"\."(\w+)"/gi)].map(([, name]) => name);
  // What a file has made itself it may change as it likes.
  const isOwn = (statement: string) => made.includes(/"tidemark"\."(\w+)"/.exec(statement)?.[1]);
  const statements = text.split("--> statement-breakpoint").map((statement) => statement.trim());
  const odd = statements.filter((it) => it !== "" && !/^create schema/i.test(it) && !onlyAdds(it) && !isOwn(it));
  expect(odd).toEqual([]);
});
