import { expect, test } from "vitest";
import { addRate, type RateSample, toRateLine } from "@/lib/client/rate-history";

const sample = (second: number, rowsPerSecond: number): RateSample => ({ at: second * 1_000, rowsPerSecond });

test("draws nothing from less than two readings", () => {
  expect(toRateLine([])).toBeNull();
  expect(toRateLine([sample(0, 5)])).toBeNull();
});

test("draws from zero, the highest at the top, times to scale", () => {
  expect(toRateLine([sample(0, 100), sample(1, 50), sample(4, 0)])).toEqual({
    points: "0,2 25,13 100,24",
    averageY: 13,
    average: 50,
    lowest: 0,
    highest: 100,
    spanMs: 4_000,
  });
});

test("a rate of nothing lies on the baseline", () => {
  expect(toRateLine([sample(0, 0), sample(1, 0)])?.points).toBe("0,24 100,24");
});

test("keeps one reading a second, and the last two minutes", () => {
  const one = addRate([], sample(0, 5));
  expect(addRate(one, sample(0.5, 9))).toBe(one);
  const many = Array.from({ length: 200 }, (_, second) => sample(second, second)).reduce(
    addRate,
    [] as readonly RateSample[],
  );
  expect(many).toHaveLength(120);
  expect(many.at(-1)?.rowsPerSecond).toBe(199);
});
