/** A measure that was taken several times. */
export interface Spread {
  median: number;
  least: number;
  greatest: number;
}

/** Median and extremes; NaN where nothing was measured. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
  return { median, least: sorted[0] ?? Number.NaN, greatest: sorted.at(-1) ?? Number.NaN };
}

/** The value below which `share` of all lie, by nearest rank; NaN where there is none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Each round's value of one divided by that of the other: both were taken in the same conditions. */
export function ratios(dividends: readonly number[], divisors: readonly number[]): number[] {
  return dividends.slice(0, divisors.length).map((dividend, round) => dividend / (divisors[round] ?? Number.NaN));
}
