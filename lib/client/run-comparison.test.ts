import { expect, test } from "vitest";
import { toComparison, toRowsText, toScaleMs, toStopText } from "@/lib/client/run-comparison";
import type { ComparedRun } from "@/lib/contract";

const usual = { runs: 4, durationMs: 3_000, rows: 50_204 };

test.each([
  [5_000, "slower", "2.0 s slower than the median of 4 earlier runs, 3.0 s"],
  [1_000, "faster", "2.0 s faster than the median of 4 earlier runs, 3.0 s"],
  [3_200, "as usual", "about the median of 4 earlier runs, 3.0 s"],
])("compares %d ms with the median in words: %s", (durationMs, verdict, words) => {
  expect(toComparison(durationMs, usual)).toEqual({ verdict, words });
});

test("a tenth is no difference, however long it takes; nothing is compared with nothing", () => {
  expect(toComparison(109_000, { runs: 1, durationMs: 100_000, rows: null })?.words).toBe(
    "about the median of 1 earlier run, 1 min 40 s",
  );
  expect(toComparison(1_000, null)).toBeNull();
});

test("says how many rows, and what is usual where that is another number", () => {
  expect(toRowsText(50_000, usual)).toBe("50,000 rows");
  expect(toRowsText(1, usual)).toBe("1 row, usually 50,204");
  expect(toRowsText(7, null)).toBe("7 rows");
  expect(toRowsText(null, usual)).toBe("");
});

test("draws the bars of a run to one scale, medians included", () => {
  const phase = { id: "source-ip", title: "Source IP", state: "complete", rows: 1 } as const;
  expect(toScaleMs([])).toBe(1);
  expect(
    toScaleMs([
      { ...phase, durationMs: 2_000, usual },
      { ...phase, durationMs: null, usual: null },
    ]),
  ).toBe(3_000);
});

test.each([
  [
    { status: "failed", error: { sqlstate: "55P03", message: "lock timeout" } },
    "Failed in Source IP: 55P03 lock timeout",
  ],
  [{ status: "cancelled" }, "Stopped by an operator in Source IP"],
  [{ status: "interrupted", cause: "lost" }, "Its process went away in Source IP"],
  [{ status: "interrupted", cause: "shutdown", phase: null }, "Its process was told to stop"],
  [{ status: "succeeded" }, null],
])("says why a run stopped: %o", (change, words) => {
  const phases = [{ id: "source-ip", title: "Source IP", state: "failed", durationMs: 1, rows: 0, usual: null }];
  expect(toStopText({ cause: null, error: null, phase: "source-ip", phases, ...change } as ComparedRun)).toBe(words);
});
