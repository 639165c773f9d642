import { formatClock } from "@/lib/client/format";
import type { LogEvent } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Lines as plain text for the clipboard and for the downloaded file, one line each. Pure. */
export function toLogText(lines: readonly LogEvent[]): string {
  return lines
    .map(({ at, level, phase, message }) => {
      const text = toDisplayText(message).replaceAll("\n", "\n    ");
      return `${at} ${level.toUpperCase().padEnd(5)} ${phase ?? "run"}: ${text}\n`;
    })
    .join("");
}

/** Time since the run began, e.g. `+0:05.204` or `+1:02:09.114`. Pure. */
export function formatOffset(offsetMs: number): string {
  // A clock that was set back meanwhile.
  const sign = offsetMs < 0 ? "\u2212" : "+";
  const ms = Math.abs(offsetMs);
  return `${sign}${formatClock(ms)}.${String(ms % 1_000).padStart(3, "0")}`;
}
