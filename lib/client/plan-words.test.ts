import { expect, test } from "vitest";
import { groupSteps, rewrittenBy, strongestLock, toLockWords, toStepWords } from "@/lib/client/plan-words";
import type { PlannedStep } from "@/lib/contract";

const step = (id: string, more: Partial<PlannedStep> = {}): PlannedStep => ({
  ...{ id, phase: "source-ip", kind: "statement", sql: [], lock: "SHARE UPDATE EXCLUSIVE", rows: 10, seconds: 1 },
  ...more,
});

test("names a step by its effect, and an effect that is new here by its id", () => {
  expect(toStepWords(step("create-index:public.t.idx"))).toMatchObject({
    title: "Build index",
    object: "public.t.idx",
  });
  expect(toStepWords(step('mend-it:public."a:b"'))).toMatchObject({
    title: "Mend it",
    object: 'public."a:b"',
    risks: [],
  });
});

test("warns of a rewrite only where rows are written under the strongest lock", () => {
  const risks = (rows: number | null, lock: string) =>
    toStepWords(step("repair-table:public.t", { rows, lock })).risks[0];
  expect(risks(null, "ACCESS EXCLUSIVE")).toMatch(/rewritten/);
  expect(risks(0, "ACCESS EXCLUSIVE")).not.toMatch(/rewritten/);
  expect(risks(10, "ROW EXCLUSIVE")).not.toMatch(/rewritten/);
});

test("a lock that is not known is taken for one that is felt", () => {
  expect(toLockWords("EXCLUSIVE").isFelt).toBe(true);
  expect(toLockWords(null).isFelt).toBe(false);
});

test("finds the strongest lock, and none where there is none", () => {
  expect(strongestLock([step("a:", { lock: null }), step("b:", { lock: "SHARE ROW EXCLUSIVE" }), step("c:")])).toBe(
    "SHARE ROW EXCLUSIVE",
  );
  expect(strongestLock([step("a:", { lock: null })])).toBeNull();
});

test("names the tables that are rewritten while everybody else waits, each once", () => {
  const lock = "ACCESS EXCLUSIVE";
  const steps = [
    step("repair-table:public.ip_inventory", { lock, rows: null }),
    step("finish-repair:public.ip_inventory", { lock, rows: 3 }),
    step("add-columns:public.session_summaries", { lock, rows: 0 }),
    step("create-index:public.idx"),
  ];
  expect(rewrittenBy(steps)).toEqual(["ip_inventory"]);
});

test("a repair says that values are set aside only where its statements do that", () => {
  const risks = (sql: string[]) => toStepWords(step("repair-table:public.t", { lock: "ACCESS EXCLUSIVE", sql })).risks;
  expect(risks(["insert into tidemark.set_aside (run_id) select 1", "alter table t"]).join(" ")).toMatch(/set aside/);
  expect(risks(["alter table t"]).join(" ")).not.toMatch(/set aside/);
});

test("puts neighbours together of which the same is to be said, and changes no order", () => {
  const steps = [step("create-index:a"), step("create-index:b"), step("drop-index:c"), step("create-index:d")];
  expect(groupSteps(steps).map((group) => group.map(({ id }) => id))).toEqual([
    ["create-index:a", "create-index:b"],
    ["drop-index:c"],
    ["create-index:d"],
  ]);
});

test("puts nothing together of which not the same could go wrong", () => {
  const repair = (table: string, sql: string[]) =>
    step(`repair-table:public.${table}`, { lock: "ACCESS EXCLUSIVE", sql });
  const noted = "insert into tidemark.set_aside select 1";
  expect(groupSteps([repair("a", [noted]), repair("b", []), repair("c", [])]).map(({ length }) => length)).toEqual([
    1, 2,
  ]);
});
