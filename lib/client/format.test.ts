import { expect, test } from "vitest";
import {
  formatAge,
  formatBytes,
  formatClock,
  formatDuration,
  formatList,
  formatMomentShortly,
  formatPart,
  formatShare,
} from "@/lib/client/format";

test.each([
  [0.99999, 0, "99 %"],
  [0.99999, 1, "99.9 %"],
  [0.29, 0, "29 %"],
  [0.712, 1, "71.2 %"],
  [1, 1, "100 %"],
  [0, 1, "0 %"],
])("cuts %d to %d decimals without ever rounding up to all", (share, digits, text) => {
  expect(formatShare(share, digits)).toBe(text);
});

test.each([
  [400, "0.4 s"],
  [9_940, "9.9 s"],
  [9_960, "10 s"],
  [82_000, "1 min 22 s"],
  [2_100_000, "35 min"],
  [3_600_000, "1 h"],
  [7_500_000, "2 h 5 min"],
])("writes %d ms as %s", (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test("writes the percentages of a column with the same decimals, but for none and all", () => {
  const parts = [0, 1, 679, 540, 999, 1_000];
  expect(parts.map((part) => formatPart(part, 1_000))).toEqual(["0 %", "0.1 %", "67.9 %", "54.0 %", "99.9 %", "100 %"]);
  expect(formatPart(0, 0)).toBe("–");
});

test("keeps the width of a running clock", () => {
  expect([7_000, 306_000, 3_729_000].map(formatClock)).toEqual(["0:07", "5:06", "1:02:09"]);
});

test("writes sizes with one decimal below a hundred", () => {
  expect([0, 900, 184_000, 8_400_000_000].map(formatBytes)).toEqual(["0 B", "900 B", "184 kB", "8.4 GB"]);
});

test("never tells of a moment in the future", () => {
  expect([-5_000, 999, 1_000, 59_000, 60_000, 172_800_000].map(formatAge)).toEqual([
    "just now",
    "just now",
    "1 s ago",
    "59 s ago",
    "1 min ago",
    "2 days ago",
  ]);
});

test("names the day of a moment that is not of today", () => {
  const now = Date.parse("2025-11-07T23:59:59.000Z");
  expect(formatMomentShortly("2025-11-07T02:41:08.114Z", now)).toBe("02:41:08 UTC");
  expect(formatMomentShortly("2025-11-06T23:41:08.114Z", now)).toBe("2025-11-06 23:41 UTC");
});

test("joins names as a sentence does", () => {
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(formatList)).toEqual(["", "a", "a and b", "a, b and c"]);
});
