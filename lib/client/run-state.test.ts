import { expect, test } from "vitest";
import { isActive, toRunControls } from "@/lib/client/run-state";
import { ACTIVE_STATUSES, RUN_STATUSES } from "@/lib/contract";

test("calls active what the contract calls active", () => {
  expect(RUN_STATUSES.filter(isActive)).toEqual([...ACTIVE_STATUSES]);
});

test("offers controls for exactly the runs that hold the database", () => {
  const offered = RUN_STATUSES.filter((status) => toRunControls({ kind: "migrate", status }) !== null);
  expect(offered).toEqual([...ACTIVE_STATUSES]);
});

test.each([
  ["running", { isHeld: false, whyNotHold: null, whyNotCancel: null, whyNotPace: null }],
  ["pausing", { isHeld: true, whyNotHold: null, whyNotCancel: null, whyNotPace: null }],
  ["paused", { isHeld: true, whyNotHold: null, whyNotCancel: null, whyNotPace: null }],
  ["queued", { isHeld: false, whyNotHold: expect.stringContaining("No worker"), whyNotCancel: null }],
  ["cancelling", { whyNotHold: expect.any(String), whyNotCancel: expect.any(String), whyNotPace: expect.any(String) }],
] as const)("says what may be asked of a migration that is %s, and why not the rest", (status, expected) => {
  expect(toRunControls({ kind: "migrate", status })).toMatchObject(expected);
});

test("a reset is one transaction: it can only be cancelled", () => {
  const controls = toRunControls({ kind: "reset", status: "running" });
  expect(controls).toMatchObject({ whyNotHold: expect.stringContaining("one transaction"), whyNotCancel: null });
});

test("S2: somebody who may do none of it is told why, and may stay", () => {
  const why = "Your role does not include this.";
  expect(toRunControls({ kind: "migrate", status: "paused" }, why)).toEqual({
    ...{ isHeld: true, whyNotHold: why, whyNotCancel: why, whyNotPace: why },
  });
  expect(toRunControls({ kind: "migrate", status: "succeeded" }, why)).toBeNull();
});
