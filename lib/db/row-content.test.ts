import { inspect } from "node:util";
import { expect, test } from "vitest";
import { toRunError } from "@/lib/db/database-error";
import { aDatabase } from "@/lib/testing/database";

const CANARY = "Canary-9c1e";

const TABLES = `
create table public.parent (id text primary key);
create table public.child (id text primary key references public.parent, short varchar(3), n integer not null, checked text check (checked <> '${CANARY}'));
insert into public.parent values ('there');
insert into public.child values ('there', 'x', 1, 'x');
create function public.speak() returns void language plpgsql as $$ begin perform ('${CANARY}' || 'x')::integer; end $$`;

/** One statement for each way in which PostgreSQL quotes what is in a row, or in a statement's values. */
test.each([
  ["23502", "insert into public.child (id, checked) values ('there', $1)"],
  ["23505", "insert into public.parent select $1 from generate_series(1, 2)"],
  ["23503", "insert into public.child (id, n) values ($1, 1)"],
  ["23514", "insert into public.child (id, n, checked) values ('there', 1, $1)"],
  ["22001", "update public.child set short = $1"],
  ["22P02", "select $1::text::integer"],
  ["22P02", "select ('{\"a\": ' || $1 || '}')::jsonb"],
  ["22007", "select $1::text::timestamptz"],
  ["22P02", "select public.speak() where $1 <> ''"],
])("S23: an error of code %s names no value of a row (%s)", async (sqlstate, statement) => {
  const database = await aDatabase();
  await database.query(TABLES);
  const error: unknown = await database.query(statement, [CANARY]).then(
    () => null,
    (cause: unknown) => cause,
  );
  const reported = toRunError(error, { statement });
  expect(reported.sqlstate).toBe(sqlstate);
  expect(JSON.stringify(reported)).not.toContain(CANARY);
  const { message: _message, stack: _stack, ...fields } = Object(error);
  expect(inspect({ ...fields, constraint: Object(error).constraint })).not.toContain(CANARY);
  for (const field of ["detail", "where", "internalQuery"]) expect(Object(error)[field]).toBeUndefined();
});

test("S23: what is left of an error names constraint and table", async () => {
  const database = await aDatabase();
  await database.query(TABLES);
  const insert = database.query("insert into public.child (id, n) values ($1, 1)", [CANARY]);
  await expect(insert).rejects.toMatchObject({ code: "23503", constraint: "child_id_fkey", table: "child" });
});
