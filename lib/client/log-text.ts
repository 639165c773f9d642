import { formatClock } from "@/lib/client/format";
import type { LogEvent } from "@/lib/contract";
import { toDisplayText, toPlainLine } from "@/lib/plain-text";

/** Lines as plain text for the clipboard, one line each. Pure. */
export function toLogText(lines: readonly LogEvent[]): string {
  return lines.map(toLogLine).join("");
}

/** A line of the log as plain text, also of the downloaded file; nothing in it is obeyed by a screen. Pure. */
export function toLogLine({ at, level, phase, message }: LogEvent): string {
  const head = toPlainLine(`${at} ${level.toUpperCase().padEnd(5)} ${phase ?? "run"}`);
  return `${head}: ${toDisplayText(message).replaceAll("\n", "\n    ")}\n`;
}

/** Time since the run began, e.g. `+0:05.204` or `+1:02:09.114`. Pure. */
export function formatOffset(offsetMs: number): string {
  // A clock that was set back meanwhile.
  const sign = offsetMs < 0 ? "\u2212" : "+";
  const ms = Math.abs(offsetMs);
  return `${sign}${formatClock(ms)}.${String(ms % 1_000).padStart(3, "0")}`;
}
