import { expect, test } from "vitest";
import type { Plan } from "@/lib/contract";
import { BROKEN_STATES, type BrokenState } from "@/lib/demo/broken/states";
import { makeDemo } from "@/lib/demo/demo";
import { readPlan } from "@/lib/migration";
import { aCowrieDatabase, aDatabase, type TestDatabase } from "@/lib/testing/database";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { reset, run } from "@/lib/testing/running";

/** Statements that PostgreSQL refuses inside a transaction (25001). */
const LONELY = /\bconcurrently\b|^\s*(vacuum|cluster|alter system|create database|drop database)\b/i;

/** The statement without what may hold a semicolon that ends nothing: bodies, literals, names, comments. */
function withoutText(sql: string): string {
  return sql
    .replace(/\$([a-z_]*)\$.*?\$\1\$/gis, "body")
    .replace(/'(?:[^']|'')*'/g, "text")
    .replace(/"(?:[^"]|"")*"/g, "name")
    .replace(/--[^\n]*/g, "");
}

function expectSendable({ steps }: Plan): void {
  expect(steps).not.toEqual([]);
  for (const { id, kind, sql } of steps) {
    for (const statement of sql) {
      expect(withoutText(statement).replace(/;\s*$/, ""), `${id}: one statement a string`).not.toContain(";");
      if (kind !== "statement") expect(withoutText(statement), `${id}: inside a transaction`).not.toMatch(LONELY);
    }
    if (kind === "statement") expect(sql, `${id}: stands alone`).toHaveLength(1);
  }
}

async function aBrokenDatabase(state: BrokenState): Promise<TestDatabase> {
  const database = await aDatabase();
  await makeDemo(database.target, { sessions: 200, addresses: 20, broken: [state] });
  return database;
}

test("F25: from a clean v15 nothing that needs to stand alone is inside a transaction, and each string is one statement", async () => {
  const database = await aCowrieDatabase({ sessions: [{ sessionId: "a", enrichment: {} }] });
  const plan = await readPlan(database.target);
  expectSendable(plan);
  expect(plan.steps.filter(({ sql }) => sql.some((statement) => LONELY.test(statement))).length).toBeGreaterThan(10);
});

/** With reports of others in the way there is no plan before the operator agrees. */
const PLANNED = BROKEN_STATES.filter((state) => state !== "with-dependents");

test.each(PLANNED)("F25: the same holds from %s", async (state) => {
  const database = await aBrokenDatabase(state);
  expectSendable(await readPlan(database.target));
});

test("F26: a deferred trigger of the operator's fires for every batch and stops neither a run nor a reset", async () => {
  const database = await aCowrieDatabase({
    sessions: Array.from({ length: 20 }, (_, index) => ({
      sessionId: `s${index}`,
      enrichment: { dshield: { ip: { number: `203.0.113.${index}`, as: 64500 } } },
    })),
  });
  await database.query(`create table public.audit (id bigint generated always as identity);
    create function public.note() returns trigger language plpgsql as
      $$ begin insert into public.audit default values; return null; end $$;
    create constraint trigger noted after update on public.session_summaries
      deferrable initially deferred for each row execute function public.note()`);
  const before = await snapshotOf(database);

  expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });

  expect(await database.query("select count(*) as n from public.audit")).toEqual([{ n: 20 }]);
  await expectInvariants(database, { before, finished: true });
  expect(await reset(database.target)).toMatchObject({ status: "succeeded", error: null });
});
