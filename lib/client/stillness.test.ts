import { expect, test } from "vitest";
import { toStillMs, watchFigures } from "@/lib/client/stillness";

const phase = { id: "source-ip", done: 153, rowsPerSecond: 1_232, etaSeconds: 2 } as const;

test("tells for how long nothing was committed, once that is longer than a batch ever takes", () => {
  const watched = watchFigures(null, phase, 1_000);
  expect(toStillMs(watched, 5_900)).toBe(0);
  expect(toStillMs(watched, 15_000)).toBe(14_000);
  expect(watchFigures(watched, { ...phase }, 15_000)).toBe(watched);
});

test("a further batch, a rate that falls and a run that goes on begin anew", () => {
  const watched = watchFigures(null, phase, 0);
  for (const change of [{ done: 200 }, { rowsPerSecond: 11 }]) {
    expect(toStillMs(watchFigures(watched, { ...phase, ...change }, 14_000), 14_000)).toBe(0);
  }
  const held = watchFigures(watched, null, 14_000);
  expect(toStillMs(held, 60_000)).toBe(0);
  expect(toStillMs(watchFigures(held, phase, 60_000), 61_000)).toBe(0);
});

test("where no rate is known, nothing stands still", () => {
  expect(toStillMs(watchFigures(null, { ...phase, rowsPerSecond: null }, 0), 60_000)).toBe(0);
});
