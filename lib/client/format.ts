import { toDisplayText } from "@/lib/plain-text";

const NARROW_SPACE = " ";

/** `1,682,805`. */
export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 session`, `1,204 sessions`. */
export function formatCounted(value: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(value)} ${value === 1 ? noun : plural}`;
}

/**
 * A share as a percentage, cut and never rounded up: what is not all never reads 100 %.
 *
 * @param digits decimals; 0 for live figures.
 * @param leastDigits decimals that are written even where they are 0.
 */
export function formatShare(share: number, digits = 1, leastDigits = 0): string {
  const scale = 10 ** digits;
  // The tiny addition undoes binary fractions such as 0.29 * 100 = 28.999….
  const percent = Math.floor(share * 100 * scale + 1e-9) / scale;
  return `${percent.toLocaleString("en-US", { minimumFractionDigits: leastDigits, maximumFractionDigits: digits })}${NARROW_SPACE}%`;
}

/**
 * Parts of a whole as a percentage, for columns of them: all but nothing and all have the same decimals. An en dash where
 * the whole is 0.
 */
export function formatPart(part: number, whole: number, digits = 1): string {
  if (whole === 0) return "–";
  return formatShare(part / whole, digits, part === 0 || part === whole ? 0 : digits);
}

/** `0.4 s`, `24 s`, `1 min 22 s`, `35 min`, `2 h 5 min`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 9_950) return `${(durationMs / 1_000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min${andRest(seconds % 60, "s")}`;
  return `${Math.floor(minutes / 60)} h${andRest(minutes % 60, "min")}`;
}

const andRest = (value: number, unit: string) => (value === 0 ? "" : ` ${value} ${unit}`);

/** `0:07`, `5:06`, `1:02:09`: a running clock keeps its width. */
export function formatClock(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1_000));
  const pad = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  return hours === 0 ? `${minutes}:${pad(seconds % 60)}` : `${hours}:${pad(minutes)}:${pad(seconds % 60)}`;
}

/** `184 kB`, `1.9 GB`; decimal units. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** `7 s ago`, `5 min ago`, `3 h ago`, `2 days ago`; less than a second, or a moment ahead of us, reads `just now`. */
export function formatAge(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1_000);
  if (seconds < 1) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${formatCounted(Math.floor(seconds / 86_400), "day")} ago`;
}

/** `2025-11-07 02:41:08 UTC`. */
export function formatMoment(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}

/** `02:41:08 UTC` of today, `2025-11-07 02:41 UTC` of another day: a time without its day is then none. */
export function formatMomentShortly(at: string, now: number): string {
  const moment = formatMoment(at);
  return at.slice(0, 10) === new Date(now).toISOString().slice(0, 10) ? moment.slice(11) : `${moment.slice(0, 16)} UTC`;
}

/** `02:41:08.114`. */
export function formatLogTime(at: string): string {
  return at.slice(11, 23);
}

/** `a`, `a and b`, `a, b and c`. */
export function formatList(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** Who started a run: an operator by what it signs in with, or the way it was started where nobody signs in. Pure. */
export function formatStarter(startedBy: string): string {
  return STARTERS[startedBy] ?? toDisplayText(startedBy);
}

const STARTERS: Record<string, string> = { cli: "the command line", web: "the console" };
