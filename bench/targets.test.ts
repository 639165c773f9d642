import { describe, expect, test } from "vitest";
import { drawPlot } from "@/bench/plot";
import { renderSize, renderVerdicts } from "@/bench/render";
import type { Migration, SizeResult } from "@/bench/results";
import { judge } from "@/bench/targets";

const MEGABYTE = 1024 ** 2;

function aMigration(seconds: number): Migration {
  const disk = { tableBefore: 100, tablePeak: 180, databaseBefore: 100, databasePeak: 190, wal: 150 };
  return { seconds, parts: { "source-ip": seconds / 2 }, disk, memory: 100 * MEGABYTE, forecast: null };
}

/** One size with one round: reference 60 s, floor 9 s, Tidemark as given, all with two workers. */
function aSize(sessions: number, tidemark: Migration[]): SizeResult {
  const layouts = { flat: 0.5, nested: 0.4, mixed: 0.1 };
  return {
    sessions,
    rounds: 1,
    data: { addresses: 100, averageDocument: 3_400, layouts, seconds: 1, memory: null },
    reference: [aMigration(60)],
    floor: new Map([[2, [aMigration(9)]]]),
    tidemark: new Map([[2, tidemark]]),
    ...{ compared: null, reads: null, stalls: null, console: null },
  };
}

const verdictOn = (sizes: SizeResult[], what: RegExp) => judge(sizes).filter((verdict) => what.test(verdict.what));

describe("the targets", () => {
  test("are met by a migration that is six times as fast as the reference and little slower than the floor", () => {
    const sizes = [aSize(100_000, [aMigration(10)])];
    expect(verdictOn(sizes, /reference|floor/)).toMatchObject([
      { measured: "6.0 times (100,000 sessions)", isMet: true },
      { measured: "1.11 times (100,000 sessions)", isMet: true },
    ]);
  });

  test("are missed by a slower one, and by one whose sessions cost more as the database grows", () => {
    const sizes = [aSize(100_000, [aMigration(10)]), aSize(200_000, [aMigration(30)])];
    expect(verdictOn(sizes, /reference|floor|largest size/)).toMatchObject([
      { measured: "2.0 times (200,000 sessions)", isMet: false },
      { measured: "3.33 times (200,000 sessions)", isMet: false },
      { measured: "1.50 times (100,000 to 200,000 sessions)", isMet: false },
    ]);
    expect(renderVerdicts(sizes)).toContain("**miss**");
  });

  test("stay open where nothing was measured", () => {
    const verdicts = judge([aSize(100_000, [])]);
    expect(verdicts.map(({ isMet }) => isMet)).toEqual(verdicts.map(() => null));
  });
});

describe("the report", () => {
  test("shows of several rounds the median and the extremes", () => {
    const size = aSize(100_000, [aMigration(10), aMigration(14), aMigration(11)]);
    expect(renderSize(size)).toContain("11.0 (10.0 to 14.0)");
    expect(drawPlot([size])).toContain(">11.0 s, 6.0 times as fast</text>");
  });
});
