import { InvalidArgumentError } from "commander";
import { expect, test } from "vitest";
import { toNextOccurrence } from "@/lib/cli/pace";

const at = (time: string) => new Date(`2026-03-10T${time}`);

test.each([
  ["06:00", "02:00:00", "2026-03-10T06:00:00"],
  ["06:00", "05:59:59.999", "2026-03-10T06:00:00"],
  ["06:00", "06:00:00", "2026-03-11T06:00:00"],
  ["06:00", "23:30:00", "2026-03-11T06:00:00"],
  ["00:00", "00:00:01", "2026-03-11T00:00:00"],
])("the next %s after %s local time is %s", (value, now, expected) => {
  expect(toNextOccurrence(value, at(now))).toBe(new Date(expected).toISOString());
});

test.each(["6:00", "24:00", "06:60", "0600", "06:00Z", ""])("refuses %j", (value) => {
  expect(() => toNextOccurrence(value, at("02:00:00"))).toThrow(InvalidArgumentError);
});
