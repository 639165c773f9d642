import { expect, test } from "vitest";
import { type DayCounts, findLastDayWithoutCountry, toMonths } from "@/lib/coverage/months";

const NOW = "2026-01-15T12:00:00.000Z";

const on = (date: string, counts: Partial<DayCounts>): DayCounts => ({
  day: Date.parse(`${date}T00:00:00Z`) / 86_400_000,
  withCountry: 0,
  withoutCountry: 0,
  open: 0,
  ...counts,
});

test("three years are listed month by month, what is older is one figure", () => {
  const months = toMonths(
    [
      on("1999-12-31", { open: 2 }),
      on("2023-01-31", { withCountry: 5 }),
      on("2023-02-01", { withCountry: 1 }),
      on("2026-01-15", { withoutCountry: 3 }),
    ],
    NOW,
  );
  expect(months).toHaveLength(37);
  expect(months[0]).toEqual({ month: "earlier", withCountry: 5, withoutCountry: 0, open: 2 });
  expect(months[1]).toEqual({ month: "2023-02", withCountry: 1, withoutCountry: 0, open: 0 });
  expect(months.at(-1)).toEqual({ month: "2026-01", withCountry: 0, withoutCountry: 3, open: 0 });
});

test("no date, one in the future, and one before all calendars are undated", () => {
  expect(
    toMonths(
      [
        { ...on("2025-01-01", { open: 1 }), day: null },
        on("2026-02-01", { open: 1 }),
        { ...on("2025-01-01", { open: 1 }), day: -1_000_000 },
        on("2026-01-16", { open: 1 }),
      ],
      NOW,
    ),
  ).toEqual([
    { month: "2026-01", withCountry: 0, withoutCountry: 0, open: 1 },
    { month: "undated", withCountry: 0, withoutCountry: 0, open: 3 },
  ]);
  expect(toMonths([], NOW)).toEqual([]);
});

test("an early block without geo data is found with the day of its end and its share", () => {
  const days = [
    on("2025-03-01", { withCountry: 900, withoutCountry: 2 }),
    on("2025-02-13", { withoutCountry: 400, withCountry: 10 }),
    on("2024-11-01", { withoutCountry: 98, open: 1_000 }),
  ];
  expect(findLastDayWithoutCountry(days, NOW)).toEqual({ day: "2025-02-14", share: 498 / 500 });
});

test.each([
  [
    "both all the time",
    [on("2025-01-01", { withCountry: 5, withoutCountry: 5 }), on("2025-02-01", { withCountry: 5 })],
  ],
  ["no country at all", [on("2025-01-01", { withoutCountry: 5 })]],
  ["a country everywhere", [on("2025-01-01", { withCountry: 5 })]],
  ["none lately", [on("2025-01-01", { withCountry: 5 }), on("2025-02-01", { withoutCountry: 5 })]],
])("%s is no early block", (_, days) => {
  expect(findLastDayWithoutCountry(days, NOW)).toBe(null);
});
