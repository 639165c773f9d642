import { expect, test } from "vitest";
import { groupSteps, strongestLock, toLockWords, toStepWords, toTimesText } from "@/lib/client/plan-words";
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

test("says of how many steps the time is unknown rather than leaving them out", () => {
  expect(toTimesText([step("a:", { seconds: 90 }), step("b:", { seconds: null })])).toBe(
    "about 1 min 30 s, and 1 step of unknown length",
  );
  expect(toTimesText([step("a:", { seconds: null })])).toBe("time unknown");
  expect(toTimesText([step("a:", { seconds: 0 })])).toBe("a moment");
});

test("puts neighbours together of which the same is to be said, and changes no order", () => {
  const steps = [step("create-index:a"), step("create-index:b"), step("drop-index:c"), step("create-index:d")];
  expect(groupSteps(steps).map((group) => group.map(({ id }) => id))).toEqual([
    ["create-index:a", "create-index:b"],
    ["drop-index:c"],
    ["create-index:d"],
  ]);
});
