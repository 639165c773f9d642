import { expect, test } from "vitest";
import { formatCompact, formatDay, toMonthLabels, toShownLabels } from "@/lib/client/coverage-words";

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

test("where there is no room for all labels, those with the year stay", () => {
  const labels = ["Oct 25", "Nov", "Dec", "Jan 26", "Feb", "Mar", "Apr", "May"];
  const shownOf = (apart: number) => labels.filter((_, index) => toShownLabels(labels, apart)[index]);
  expect(shownOf(1)).toEqual(labels);
  expect(shownOf(2)).toEqual(["Oct 25", "Jan 26", "Mar", "May"]);
  expect(shownOf(3)).toEqual(["Oct 25", "Jan 26", "Apr"]);
  expect(toShownLabels([], 2)).toEqual([]);
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
