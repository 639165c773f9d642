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
    slow: null,
    average: 50,
    lowest: 0,
    highest: 100,
    spanMs: 4_000,
  });
});

test("a rate of nothing lies on the baseline", () => {
  expect(toRateLine([sample(0, 0), sample(1, 0)])?.points).toBe("0,24 100,24");
});

test("marks where the run began to make room for others, while it does", () => {
  const slow = (second: number): RateSample => ({ ...sample(second, 5), isSlow: true });
  expect(toRateLine([sample(0, 9), slow(1), sample(2, 9), slow(3), slow(4)])?.slow).toEqual({ x: 75, at: 3_000 });
  expect(toRateLine([slow(0), slow(1), sample(2, 9)])?.slow).toBeNull();
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
