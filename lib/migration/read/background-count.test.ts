import { expect, onTestFinished, test, vi } from "vitest";
import { countInBackground } from "@/lib/migration/read/background-count";

/** A count that ends when the test says so. */
function aCount() {
  let end: { done: () => void; fail: () => void } | undefined;
  const count = vi.fn(
    () =>
      new Promise<void>((resolve, reject) => {
        end = { done: resolve, fail: () => reject(new Error("the server is gone")) };
      }),
  );
  return { count, done: () => end?.done(), fail: () => end?.fail() };
}

const target = (name: string) => ({ connectionString: `postgres://localhost/${name}`, schema: "public" });

test("a count runs once at a time for each database", async () => {
  const one = aCount();
  const other = aCount();
  expect(countInBackground(target("a"), "figures", one.count)).toBe(true);
  expect(countInBackground(target("a"), "figures", one.count)).toBe(true);
  expect(countInBackground(target("b"), "figures", other.count)).toBe(true);
  expect(one.count).toHaveBeenCalledTimes(1);
  expect(other.count).toHaveBeenCalledTimes(1);

  one.done();
  await vi.waitFor(() => {
    countInBackground(target("a"), "figures", one.count);
    expect(one.count).toHaveBeenCalledTimes(2);
  });
});

test("a count that failed is tried again only after a minute", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const failing = aCount();
  countInBackground(target("c"), "figures", failing.count);
  failing.fail();
  await vi.waitFor(() => expect(countInBackground(target("c"), "figures", failing.count)).toBe(false));

  vi.advanceTimersByTime(58_000);
  expect(countInBackground(target("c"), "figures", failing.count)).toBe(false);
  vi.advanceTimersByTime(2_000);
  expect(countInBackground(target("c"), "figures", failing.count)).toBe(true);
  expect(failing.count).toHaveBeenCalledTimes(2);
});
