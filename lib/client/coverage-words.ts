const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Mar 25`, or `Mar` where the months before say the year; `earlier` and `undated` as they are. */
function toMonthLabel(month: string, options: { hasYear: boolean }): string {
  const found = /^(\d{4})-(\d{2})$/.exec(month);
  const [, year, number] = found ?? [];
  if (year === undefined || number === undefined) return month;
  const name = MONTHS[Number(number) - 1] ?? month;
  return options.hasYear ? `${name} ${year.slice(2)}` : name;
}

/** One label a month: the year on the first one and on every January. Pure. */
export function toMonthLabels(months: readonly string[]): string[] {
  const first = months.findIndex((month) => /^\d/.test(month));
  return months.map((month, index) => toMonthLabel(month, { hasYear: index === first || month.endsWith("-01") }));
}

/**
 * Which of the labels of an axis are shown where two of them must stand `apart` places from each other: those that say the
 * year first, since no other tells it. Pure.
 */
export function toShownLabels(labels: readonly string[], apart: number): boolean[] {
  const shown: number[] = [];
  const takeWhereFree = (index: number) => {
    if (shown.every((taken) => Math.abs(taken - index) >= apart)) shown.push(index);
  };
  const places = labels.map((_, index) => index);
  const saysYear = (index: number) => !MONTHS.includes(labels[index] ?? "");
  for (const index of places.filter(saysYear)) takeWhereFree(index);
  for (const index of places.filter((place) => !saysYear(place))) takeWhereFree(index);
  return places.map((index) => shown.includes(index));
}

/** `5`, `640`, `5k`, `32k`, `1.7M`: at the end of a bar, where the exact figure has no room. Pure. */
export function formatCompact(value: number): string {
  if (value < 1_000) return String(value);
  const [scaled, unit] = value < 999_500 ? [value / 1_000, "k"] : [value / 1_000_000, "M"];
  return `${scaled < 9.95 ? scaled.toFixed(1).replace(/\.0$/, "") : Math.round(scaled)}${unit}`;
}

/** `14 Feb 2025`. Pure. */
export function formatDay(day: string): string {
  const [year = "", month = "", date = ""] = day.split("-");
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
}
