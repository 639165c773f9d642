import { expect, test } from "vitest";
import { toStretches } from "@/lib/client/plan-order";
import { PHASE_IDS, type PhaseId, type PhaseStatus, type PlannedStep } from "@/lib/contract";

const phases = PHASE_IDS.map(
  (id, index): PhaseStatus => ({
    ...{ number: index + 1, id, title: id, state: "partial", objects: { done: 0, total: 1 } },
    ...{ rows: null, findings: [] },
  }),
);

/** `2 ahead: 1, 2` for each stretch of a plan whose steps are of these phases, in this order. */
function shown(...of: PhaseId[]): string[] {
  const steps = of.map(
    (phase, index): PlannedStep => ({
      ...{ id: `a:${index}`, phase, kind: "statement", sql: [], lock: null, rows: 0, seconds: 0 },
    }),
  );
  return toStretches(phases, steps).map(
    ({ phase, steps, isAhead }) =>
      `${phase.number}${isAhead ? " ahead" : ""}: ${steps.map(({ number }) => number).join(", ")}`,
  );
}

test("shows each phase once, by its number, where a run does one after the other", () => {
  expect(shown("source-ip", "source-ip", "asn-inventory", "foreign-keys")).toEqual([
    "1: 1, 2",
    "2: 3",
    "3: ",
    "4: ",
    "5: 4",
  ]);
  expect(shown()).toEqual(["1: ", "2: ", "3: ", "4: ", "5: "]);
});

test("shows a phase where its steps are done: what mends the tables comes before the sweep, and the rest after it", () => {
  expect(shown("asn-inventory", "ip-inventory", "source-ip", "asn-inventory", "session-snapshots")).toEqual([
    "2 ahead: 1",
    "3 ahead: 2",
    "1: 3",
    "2: 4",
    "4: 5",
    "5: ",
  ]);
});

test("a phase without a step has its place in the round by numbers", () => {
  expect(shown("ip-inventory", "asn-inventory", "ip-inventory")).toEqual([
    "3 ahead: 1",
    "1: ",
    "2: 2",
    "3: 3",
    "4: ",
    "5: ",
  ]);
});
