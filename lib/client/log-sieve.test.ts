import { expect, test } from "vitest";
import { createLogBook } from "@/lib/client/log-book";
import { createSieve, isOpenFilter, toMatcher } from "@/lib/client/log-sieve";
import type { LogEvent } from "@/lib/contract";
import { aRunDetail, aRunPhase } from "@/lib/testing/run-detail";

const line = (seq: number, level: LogEvent["level"] = "info", phase: LogEvent["phase"] = null): LogEvent => ({
  type: "log",
  seq,
  at: "2026-01-01T00:00:00.000Z",
  level,
  phase,
  message: `Line ${seq}`,
});
const run = aRunDetail({ phases: [aRunPhase({ startedAt: "2026-01-01T00:00:00.000Z" })] });

test.each([
  ["all", "", ["info", "warn", "error"]],
  ["warn", "", ["warn", "error"]],
  ["error", "", ["error"]],
  ["all", "LINE 1", ["info", "warn", "error"]],
  ["all", "line 2", []],
] as const)("with level %s and search %j shows %j", (level, search, shown) => {
  const matches = toMatcher({ search, level });
  expect((["info", "warn", "error"] as const).filter((one) => matches(line(1, one)))).toEqual(shown);
  expect(isOpenFilter({ search, level })).toBe(level === "all" && search === "");
});

test("finds bit by bit what it would find at once, and keeps the parts of the log apart", () => {
  const book = createLogBook(run);
  book.append(Array.from({ length: 5_000 }, (_, index) => line(index + 1, "info", index < 100 ? null : "source-ip")));
  const sieve = createSieve(book, { search: "line 7", level: "all" });
  let pieces = 0;
  for (; !sieve.isDone(); pieces += 1) sieve.advance(0);
  expect(pieces).toBeGreaterThan(1);
  const expected = book.lines.filter(({ message }) => message.startsWith("Line 7"));
  expect(sieve.found).toEqual(expected);
  expect(sieve.byPlace.flat()).toEqual(expected);
  expect(sieve.byPlace[0]?.map(({ seq }) => seq)).toEqual([7, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79]);
});

test("looks only at what came in since", () => {
  const book = createLogBook(run);
  book.append([line(1, "error")]);
  const sieve = createSieve(book, { search: "", level: "error" });
  expect(sieve.advance(8)).toBe(true);
  expect(sieve.advance(8)).toBe(false);
  book.append([line(2), line(3, "error")]);
  expect(sieve.isDone()).toBe(false);
  expect(sieve.advance(8)).toBe(true);
  expect(sieve.found.map(({ seq }) => seq)).toEqual([1, 3]);
});
