import { expect, test } from "vitest";
import { formatCompact, formatDay, toMonthLabels } from "@/lib/client/coverage-words";

test("months are labelled with the year where it begins", () => {
  expect(toMonthLabels(["earlier", "2024-11", "2024-12", "2025-01", "2025-02", "undated"])).toEqual([
    "earlier",
    "Nov 24",
    "Dec",
    "Jan 25",
    "Feb",
    "undated",
  ]);
  expect(toMonthLabels(["undated"])).toEqual(["undated"]);
});

test.each([
  [0, "0"],
  [999, "999"],
  [1_000, "1k"],
  [5_018, "5k"],
  [5_280, "5.3k"],
  [9_960, "10k"],
  [749_461, "749k"],
  [999_499, "999k"],
  [999_500, "1M"],
  [1_682_827, "1.7M"],
])("%d is %s at the end of a bar", (value, text) => {
  expect(formatCompact(value)).toBe(text);
});

test("a day is written out", () => {
  expect(formatDay("2025-02-14")).toBe("14 Feb 2025");
  expect(formatDay("2025-12-01")).toBe("1 Dec 2025");
});
