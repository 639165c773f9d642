import { expect, test } from "vitest";
import { describeWindow, toNextOccurrence } from "@/lib/client/maintenance-window";

const at = (time: string) => new Date(`2026-03-10T${time}`).getTime();

test.each([
  ["06:00", "02:00:00", "2026-03-10T06:00:00"],
  ["06:00", "06:00:00", "2026-03-11T06:00:00"],
  ["06:00:00", "23:30:00", "2026-03-11T06:00:00"],
])("the next %s after %s local time is %s", (value, now, expected) => {
  expect(toNextOccurrence(value, at(now))).toBe(new Date(expected).toISOString());
});

test("an empty or half-typed time is no window", () => {
  expect(toNextOccurrence("", 0)).toBeNull();
  expect(toNextOccurrence("6:00", 0)).toBeNull();
});

test("says when the run pauses by itself, and that it did", () => {
  const until = "2026-03-10T04:00:00.000Z";
  const now = Date.parse("2026-03-10T02:48:00.000Z");
  expect(describeWindow(until, now)).toBe("pauses by itself at 04:00 UTC, in 1 h 12 min");
  expect(describeWindow(until, Date.parse(until))).toBe("paused at the end of its window, 04:00 UTC");
});
