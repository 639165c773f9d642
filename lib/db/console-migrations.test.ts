import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { hasConsoleSchema, migrateConsoleSchema } from "@/lib/db/console-migrations";
import { RefusalError } from "@/lib/refusal";
import { aDatabase } from "@/lib/testing/database";

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
