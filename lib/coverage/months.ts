import type { CoverageFigures, CoverageMonth } from "@/lib/contract";

/** Sessions that began on one day of UTC. */
export interface DayCounts {
  /** Days since 1970; null: no date, or an infinite one. */
  day: number | null;
  withCountry: number;
  withoutCountry: number;
  open: number;
}

/** Months listed one by one; what is older is one figure. */
const MOST_MONTHS = 36;

const DAY_MS = 86_400_000;

/** How much better a day has to part sessions without a country from those with one for it to be worth telling. */
const CLEAR_CUT = 0.6;

type Sum = Omit<CoverageMonth, "month">;

/**
 * The days added up by month, without a gap, the oldest first: `earlier` before, and `undated` behind, where there is
 * something to tell. Pure.
 *
 * @param now ISO 8601; sessions that began more than a day later are undated.
 */
export function toMonths(days: readonly DayCounts[], now: string): CoverageMonth[] {
  const dated = days.flatMap((counts) =>
    isPlausible(counts.day, now) ? [{ ...counts, month: monthOf(counts.day) }] : [],
  );
  if (dated.length === 0) return [...toExtra("undated", days)];
  const months = dated.map(({ month }) => month);
  const last = Math.max(...months);
  const first = Math.max(Math.min(...months), last - MOST_MONTHS + 1);
  const listed = Array.from({ length: last - first + 1 }, (_, index) => ({
    month: nameOf(first + index),
    ...sum(dated.filter(({ month }) => month === first + index)),
  }));
  const earlier = dated.filter(({ month }) => month < first);
  const undated = days.filter(({ day }) => !isPlausible(day, now));
  return [...toExtra("earlier", earlier), ...listed, ...toExtra("undated", undated)];
}

/**
 * The day before which most sessions without a country began, and few with one: an early block without geo data. Null
 * where no day parts them clearly. Pure.
 */
export function findLastDayWithoutCountry(
  days: readonly DayCounts[],
  now: string,
): CoverageFigures["withoutCountryBefore"] {
  const dated = days
    .flatMap((counts) => (isPlausible(counts.day, now) ? [{ ...counts, day: counts.day }] : []))
    .toSorted((one, other) => one.day - other.day);
  const all = sum(dated);
  if (all.withCountry === 0 || all.withoutCountry === 0) return null;
  let best = { cut: 0, day: 0, share: 0 };
  let without = 0;
  let having = 0;
  for (const { day, withCountry, withoutCountry } of dated) {
    without += withoutCountry;
    having += withCountry;
    const share = without / all.withoutCountry;
    const cut = share - having / all.withCountry;
    if (cut > best.cut) best = { cut, day: day + 1, share };
  }
  if (best.cut < CLEAR_CUT) return null;
  return { day: new Date(best.day * DAY_MS).toISOString().slice(0, 10), share: best.share };
}

function isPlausible(day: number | null, now: string): day is number {
  // Years before 1000 have no month that ISO 8601 writes with four digits as they are.
  return day !== null && day > -350_000 && day * DAY_MS <= Date.parse(now) + DAY_MS;
}

/** Months since year 0. */
function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function nameOf(month: number): string {
  return `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}`;
}

function sum(counts: readonly Sum[]): Sum {
  const total = { withCountry: 0, withoutCountry: 0, open: 0 };
  for (const { withCountry, withoutCountry, open } of counts) {
    total.withCountry += withCountry;
    total.withoutCountry += withoutCountry;
    total.open += open;
  }
  return total;
}

function toExtra(month: "earlier" | "undated", counts: readonly Sum[]): CoverageMonth[] {
  const total = sum(counts);
  return total.withCountry + total.withoutCountry + total.open === 0 ? [] : [{ month, ...total }];
}
