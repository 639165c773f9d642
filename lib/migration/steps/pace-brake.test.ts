import { expect, test } from "vitest";
import { type Brake, moveBrake, RELEASED, restOf } from "@/lib/migration/steps/pace-brake";
import type { Pressure } from "@/lib/migration/steps/pace-signal";

const shown = (share: number, reason = "a replica is behind"): Pressure => ({ share, reason });
const after = (readings: Pressure[][], from: Brake = RELEASED) => readings.reduce(moveBrake, from);
const times = (count: number, reading: Pressure[]) => Array.from({ length: count }, () => reading);

test("nothing above its limit holds nothing back", () => {
  expect(after([[], [shown(0.99)], [shown(0.2), shown(0.9)]])).toEqual(RELEASED);
});

test("the signal that is furthest above its limit is the reason, and each reading adds rest", () => {
  const once = after([[shown(1.1, "WAL"), shown(3, "replica"), shown(0.1, "vacuum")]]);
  expect(once).toMatchObject({ level: 1, reason: "replica" });
  const rests = [1, 2, 3, 4, 9].map((count) => restOf(after(times(count, [shown(2)]))));
  expect(rests).toEqual([...rests].sort((one, other) => one - other));
  expect(rests.at(-1)).toBe(rests.at(-2));
});

test("it recovers by itself, later than it slowed down, and keeps its reason until then", () => {
  const slow = after(times(2, [shown(2)]));
  expect(after(times(3, []), slow)).toMatchObject({ level: 1, reason: "a replica is behind" });
  expect(after(times(4, []), slow)).toEqual(RELEASED);
});

test("a signal just below its limit neither slows nor releases", () => {
  const slow = after([[shown(2)]]);
  expect(after(times(20, [shown(0.9)]), slow)).toMatchObject({ level: 1 });
  // Calm has to last.
  expect(after([[], [shown(0.9)], []], slow)).toMatchObject({ level: 1 });
});
