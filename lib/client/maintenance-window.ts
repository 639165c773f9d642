import { formatDuration } from "@/lib/client/format";

/**
 * The next moment after `now` at which this browser's clock shows `HH:MM`, as ISO 8601; null for anything else, such as
 * an empty field. Pure but for the local time zone.
 */
export function toNextOccurrence(value: string, now: number): string | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)/.exec(value) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const next = new Date(now);
  next.setHours(Number(hours), Number(minutes), 0, 0);
  if (next.getTime() <= now) next.setDate(next.getDate() + 1);
  return next.toISOString();
}

/** What the window of a run means at `now`: `pauses by itself at 04:00 UTC, in 1 h 12 min`, or that it did. Pure. */
export function describeWindow(until: string, now: number): string {
  const clock = `${until.slice(11, 16)} UTC`;
  const leftMs = Date.parse(until) - now;
  return leftMs <= 0
    ? `paused at the end of its window, ${clock}`
    : `pauses by itself at ${clock}, in ${formatDuration(Math.max(leftMs, 10_000))}`;
}
