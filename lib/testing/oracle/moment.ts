/** An instant as microseconds since 1970-01-01 UTC: what a timestamptz holds, without a JavaScript Date's rounding. */
export type Moment = bigint;

const SECOND = 1_000_000n;

const MOMENT =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(?:Z|([+-])([0-9]{2}):?([0-9]{2}))?)?$/;

/**
 * Reads a date, or a date and time, with or without an offset; none means UTC. Null for any other text, a date that
 * does not exist, or an offset beyond 15:59. The fraction is cut at six digits.
 */
export function readMoment(text: string): Moment | null {
  const match = MOMENT.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as Clock;
  const [fraction = "", sign, offsetHours, offsetMinutes] = match.slice(7);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  if (Number(offsetHours ?? 0) > 15 || Number(offsetMinutes ?? 0) > 59) return null;
  const offset = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * (sign === "-" ? -60 : 60);
  const seconds = daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
  return BigInt(seconds) * SECOND + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}

type Clock = [number, number, number, number, number, number];

/** `YYYY-MM-DD HH:MM:SS.ffffff+00`, for years 1 to 9999. */
export function formatMoment(moment: Moment): string {
  const microsecond = ((moment % SECOND) + SECOND) % SECOND;
  const wholeSeconds = new Date(Number((moment - microsecond) / 1000n)).toISOString().replace("T", " ").slice(0, 19);
  return `${wholeSeconds}.${microsecond.toString().padStart(6, "0")}+00`;
}

function daysInMonth(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Proleptic Gregorian calendar, as PostgreSQL counts. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const years = year - 1;
  let days = years * 365 + Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  for (let earlier = 1; earlier < month; earlier++) days += daysInMonth(year, earlier);
  return days + day - 1 - 719_162;
}
