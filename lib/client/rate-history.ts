/** One reading of a rate. */
export interface RateSample {
  /** Milliseconds since 1970. */
  at: number;
  rowsPerSecond: number;
  /** Whether the run made room for others then. */
  isSlow?: boolean;
}

/** Readings kept: two minutes at one a second. */
const MOST_SAMPLES = 120;
/** Shortest time between two readings that are kept, in milliseconds. */
const SAMPLE_INTERVAL_MS = 1_000;

/** A line through the readings in a box of 100 by 24, and what it tells in words. */
export interface RateLine {
  points: string;
  /** Height of the average in the box. */
  averageY: number;
  /** When the run began to make room for others, as it still does, and where in the box; null while it does not. */
  slow: { x: number; at: number } | null;
  average: number;
  lowest: number;
  highest: number;
  /** From the first reading to the last, in milliseconds. */
  spanMs: number;
}

/** The readings with a further one; of those that come within a second the first counts. Pure. */
export function addRate(samples: readonly RateSample[], sample: RateSample): readonly RateSample[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.at - last.at < SAMPLE_INTERVAL_MS) return samples;
  return [...samples, sample].slice(-MOST_SAMPLES);
}

/** The line of at least two readings, with its baseline at zero; null before. Pure. */
export function toRateLine(samples: readonly RateSample[]): RateLine | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || samples.length < 2) return null;
  const rates = samples.map(({ rowsPerSecond }) => rowsPerSecond);
  const highest = Math.max(...rates);
  const average = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const spanMs = last.at - first.at;
  const toY = (rate: number) => (highest === 0 ? 24 : Math.round((24 - (rate / highest) * 22) * 10) / 10);
  const toX = ({ at }: RateSample) => Math.round(spanMs === 0 ? 0 : ((at - first.at) / spanMs) * 1_000) / 10;
  const slowSince = samples[samples.findLastIndex(({ isSlow }) => isSlow !== true) + 1];
  return {
    points: samples.map((sample) => `${toX(sample)},${toY(sample.rowsPerSecond)}`).join(" "),
    averageY: toY(average),
    slow: slowSince === undefined ? null : { x: toX(slowSince), at: slowSince.at },
    average,
    lowest: Math.min(...rates),
    highest,
    spanMs,
  };
}
