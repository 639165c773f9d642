import { expect, test } from "vitest";
import { adaptBatchSize, FIRST_BATCH_PAGES } from "@/lib/migration/steps/batch-size";

/** Learns from batches that cost so much a session, until the size stands still. */
function settle(size: ReturnType<typeof adaptBatchSize>, costMs: number, targetMs: number, sessionsPerPage = 30) {
  for (let round = 0; round < 20; round += 1) {
    const changed = size.pages * sessionsPerPage;
    size.learn({ pages: size.pages, changed, durationMs: changed * costMs }, targetMs);
  }
  return size.pages * sessionsPerPage * costMs;
}

test.each([0.01, 0.05, 0.4])("batches of sessions that cost %d ms each come to take the target", (costMs) => {
  const size = adaptBatchSize(30);
  expect(size.pages).toBe(FIRST_BATCH_PAGES);
  expect(settle(size, costMs, 125)).toBeGreaterThan(100);
  expect(settle(size, costMs, 125)).toBeLessThan(150);
});

test("another target is followed, at most halved or doubled at a time", () => {
  const size = adaptBatchSize(30);
  settle(size, 0.05, 125);
  const before = size.pages;
  size.learn({ pages: before, changed: before * 30, durationMs: 10_000 }, 125);
  // A wait for a lock tells no cost, but for one batch nobody knows that.
  expect(size.pages).toBeLessThanOrEqual(before / 2);
  expect(settle(size, 0.05, 250)).toBeGreaterThan(200);
});

test("on pages already swept a batch stays small enough for open ones behind them", () => {
  const size = adaptBatchSize(30);
  const skip = () => {
    for (let round = 0; round < 20; round += 1) size.learn({ pages: size.pages, changed: 0, durationMs: 2 }, 125);
  };
  skip();
  expect(size.pages).toBeGreaterThan(FIRST_BATCH_PAGES);
  // At a cost not known yet.
  expect(size.pages * 30 * 0.1).toBeLessThanOrEqual(2 * 125 + 5);
  settle(size, 0.3, 125);
  skip();
  expect(size.pages * 30 * 0.3).toBeLessThanOrEqual(2 * 125 + 5);
});

test("a batch has at least one page, however dear", () => {
  const size = adaptBatchSize(200);
  for (let round = 0; round < 20; round += 1) size.learn({ pages: size.pages, changed: 200, durationMs: 5_000 }, 60);
  expect(size.pages).toBe(1);
});
