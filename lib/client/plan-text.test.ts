import { expect, test } from "vitest";
import { splitHelpers, toPlanSql, toStepSql } from "@/lib/client/plan-text";
import type { PlannedStep } from "@/lib/contract";

const step = (more: Partial<PlannedStep>): PlannedStep => ({
  ...{
    id: "grant:public.t",
    phase: "source-ip",
    kind: "statement",
    sql: ["select 1"],
    lock: null,
    rows: 0,
    seconds: 0,
  },
  ...more,
});
const DATABASE = { name: "cowrie", host: "db", port: 5432, user: "u", schema: "public", server: "18.4" };

test("brackets a transaction once, and ends every statement once", () => {
  expect(toStepSql(step({ kind: "transaction", sql: ["\nselect 1;", "select 2\n"] }))).toBe(
    "begin;\nselect 1;\nselect 2;\ncommit;",
  );
  expect(toStepSql(step({ kind: "transaction", sql: ["begin", "select 1", "commit"] }))).toBe(
    "begin;\nselect 1;\ncommit;",
  );
  expect(toStepSql(step({ kind: "statement" }))).toBe("select 1;");
});

test("a name with a line break cannot leave the comment it stands in", () => {
  const text = toPlanSql(
    [step({ id: "drop-index:public.a\n; drop table t; --" })],
    DATABASE,
    "2026-11-22T20:00:00.000Z",
  );
  const commands = text.split("\n").filter((line) => line !== "" && !line.startsWith("--"));
  expect(commands).toEqual(["select 1;"]);
  expect(text).toContain("read 2026-11-22 20:00:00 UTC");
});

test("sets the functions that a step brings apart from what it does", () => {
  const helper = "create or replace function tidemark.text(item jsonb) returns text";
  expect(splitHelpers(step({ kind: "sweep", sql: [helper, helper, "with batch as"] }))).toEqual({
    helpers: [helper, helper],
    own: ["with batch as"],
  });
  expect(splitHelpers(step({ kind: "transaction", sql: [helper, "alter table t"] })).helpers).toEqual([helper]);
  expect(splitHelpers(step({ kind: "transaction", sql: [helper] })).helpers).toEqual([]);
});
