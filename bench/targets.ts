import type { Migration, SizeResult } from "@/bench/results";
import { ratios, spread } from "@/bench/statistics";

/** A performance target and what was measured of it. */
export interface Verdict {
  what: string;
  target: string;
  /** With the size or the page where it was worst. */
  measured: string;
  /** Null where this run did not measure it. */
  isMet: boolean | null;
}

const MEGABYTE = 1024 ** 2;
const KILOBYTE = 1024;

/** What is measured by other means; named here so that the list is whole. */
const ELSEWHERE: Verdict[] = [
  ["a log of 100,000 lines", "scrolls and filters without a stutter"],
  ["layout", "no shift while a page loads"],
].map(([what = "", target = ""]) => ({ what, target, measured: "not by this benchmark", isMet: null }));

/** Every target: speed judged at the largest size, what a session costs by growth, all else by the worst of all sizes. */
export function judge(sizes: readonly SizeResult[]): Verdict[] {
  return [
    ...speed(sizes.slice(-1)),
    ...growth(sizes),
    ...resources(sizes),
    ...stalls(sizes),
    ...answers(sizes),
    ...ELSEWHERE,
  ];
}

/** At least so many times faster than the reference, by connections; at most so many times the floor. */
const TIMES_FASTER: Record<number, number> = { 1: 4, 2: 6 };
const TIMES_FLOOR = 1.25;

function speed(sizes: readonly SizeResult[]): Verdict[] {
  const counts = [...new Set(sizes.flatMap(({ tidemark }) => [...tidemark.keys()]))];
  const faster = counts.flatMap((workers) => {
    const least = TIMES_FASTER[workers];
    if (least === undefined) return [];
    const worst = highest(sizes, (size) => medianRatio(size.reference, size.tidemark.get(workers)));
    return verdict(
      `against the reference strategy, ${connections(workers)}`,
      `at least ${least} times as fast`,
      worst,
      {
        say: (value) => `${value.toFixed(1)} times`,
        isMet: (value) => value >= least,
      },
    );
  });
  const floors = counts.flatMap((workers) => {
    const worst = highest(sizes, (size) => medianRatio(size.tidemark.get(workers), size.floor.get(workers)));
    return verdict(`against the floor, ${connections(workers)}`, `at most ${TIMES_FLOOR} times`, worst, {
      say: (value) => `${value.toFixed(2)} times`,
      isMet: (value) => value <= TIMES_FLOOR,
    });
  });
  return [...faster, ...floors];
}

function growth(sizes: readonly SizeResult[]): Verdict[] {
  return verdict("time a session at the largest size, to that at the smallest", "at most 1.15 times", grown(sizes), {
    say: (value) => `${value.toFixed(2)} times`,
    isMet: (value) => value <= 1.15,
  });
}

function grown(sizes: readonly SizeResult[]): Worst | null {
  const [smallest, largest] = [sizes[0], sizes.at(-1)];
  if (smallest === undefined || largest === undefined || smallest === largest) return null;
  const workers = Math.max(...largest.tidemark.keys());
  const [before, after] = [microsecondsASession(smallest, workers), microsecondsASession(largest, workers)];
  if (before === undefined || after === undefined) return null;
  return { value: after / before, where: `${sizeOf(smallest)} to ${sizeOf(largest)} sessions` };
}

function resources(sizes: readonly SizeResult[]): Verdict[] {
  const all = (size: SizeResult) => [...size.tidemark.values()].flat();
  const cli = highest(sizes, (size) => most(all(size).flatMap(({ memory }) => memory ?? [])));
  const web = highest(sizes, ({ console }) =>
    console?.memory ? console.memory.peak - console.memory.idle : Number.NaN,
  );
  const disk = highest(sizes, (size) => most(all(size).flatMap((run) => peakGrowth(run) ?? [])));
  const megabytes = (bytes: number) => `${(bytes / MEGABYTE).toFixed(0)} MB`;
  return [
    ...verdict("memory of the command line, resident", "at most 200 MB", cli, {
      say: megabytes,
      isMet: (value) => value <= 200 * MEGABYTE,
    }),
    ...verdict("memory of the web server during a run, above its idle size", "at most 120 MB", web, {
      say: megabytes,
      isMet: (value) => value <= 120 * MEGABYTE,
    }),
    ...verdict("`session_summaries`, heap and indexes, at its peak", "at most 2.2 times", disk, {
      say: (value) => `${value.toFixed(2)} times`,
      isMet: (value) => value <= 2.2,
    }),
  ];
}

function stalls(sizes: readonly SizeResult[]): Verdict[] {
  const longest = highest(sizes, ({ stalls: it }) => it?.beside.longest ?? Number.NaN);
  const p99 = highest(sizes, ({ stalls: it }) => (it ? it.beside.p99 / it.idle.p99 : Number.NaN));
  const errors = highest(sizes, ({ stalls: it }) => (it ? it.beside.errors + it.idle.errors : Number.NaN));
  return [
    ...verdict("longest stall of a writer of 100 sessions/s", "at most 250 ms", longest, milliseconds(250)),
    ...verdict("p99 of that writer, to its p99 with nothing beside it", "at most 2 times", p99, {
      say: (value) => `${value.toFixed(2)} times`,
      isMet: (value) => value <= 2,
    }),
    ...verdict("errors of that writer", "0", errors, { say: String, isMet: (value) => value === 0 }),
  ];
}

function answers(sizes: readonly SizeResult[]): Verdict[] {
  const status = highest(sizes, ({ reads, console }) =>
    most([reads, console].flatMap((it) => it?.status.warm.median ?? [])),
  );
  const coverage = highest(sizes, ({ console }) => console?.coverage.first ?? Number.NaN);
  const lines = highest(sizes, ({ console }) => console?.lines.p95 ?? Number.NaN);
  const pages = sizes.flatMap(({ console }) => console?.pages ?? []).toSorted((a, b) => b.bytes - a.bytes);
  const heaviest = pages[0] ? { value: pages[0].bytes, where: pages[0].route } : null;
  return [
    ...verdict("`status`, warm", "at most 300 ms", status, milliseconds(300)),
    ...verdict("coverage, first answer", "at most 2,000 ms, then cached", coverage, milliseconds(2_000)),
    ...verdict("log line, engine to browser, p95 with 20 viewers", "at most 150 ms", lines, milliseconds(150)),
    ...verdict("JavaScript of a first load, compressed", "at most 180 KB a route", heaviest, {
      say: (value) => `${(value / KILOBYTE).toFixed(0)} KB`,
      isMet: (value) => value <= 180 * KILOBYTE,
    }),
  ];
}

const milliseconds = (limit: number): Judgement => ({
  say: (value) => `${Math.round(value)} ms`,
  isMet: (value) => value <= limit,
});

const most = (values: number[]) => (values.length === 0 ? Number.NaN : Math.max(...values));

interface Judgement {
  say: (value: number) => string;
  isMet: (value: number) => boolean;
}

interface Worst {
  value: number;
  where: string;
}

function verdict(what: string, target: string, worst: Worst | null, { say, isMet }: Judgement): Verdict[] {
  if (worst === null) return [{ what, target, measured: "not measured in this run", isMet: null }];
  return [{ what, target, measured: `${say(worst.value)} (${worst.where})`, isMet: isMet(worst.value) }];
}

function highest(sizes: readonly SizeResult[], read: (size: SizeResult) => number): Worst | null {
  const values = sizes.map((size) => ({ value: read(size), where: `${sizeOf(size)} sessions` }));
  const [worst] = values.filter(({ value }) => !Number.isNaN(value)).toSorted((a, b) => b.value - a.value);
  return worst ?? null;
}

/** Median over the rounds of one's seconds divided by the other's; NaN without any. */
function medianRatio(dividends: readonly Migration[] = [], divisors: readonly Migration[] = []): number {
  return spread(ratios(secondsOf(dividends), secondsOf(divisors))).median;
}

export const secondsOf = (migrations: readonly Migration[] = []) => migrations.map(({ seconds }) => seconds);

/** Heap and indexes at their peak, as a multiple of their size before; null where that is not seen. */
export function peakGrowth({ disk }: Migration): number | null {
  return disk.tablePeak === null ? null : disk.tablePeak / disk.tableBefore;
}

/** Of Tidemark, median over the rounds; undefined without any. */
export function microsecondsASession(size: SizeResult, workers: number): number | undefined {
  const { median } = spread(secondsOf(size.tidemark.get(workers)));
  return Number.isNaN(median) ? undefined : (median / size.sessions) * 1e6;
}

export const sizeOf = ({ sessions }: SizeResult) => sessions.toLocaleString("en-US");

const connections = (workers: number) => (workers === 1 ? "one worker" : `${workers} workers`);
