import { formatClock } from "@/lib/client/format";
import type { LogEvent } from "@/lib/contract";

/** Terminal escape sequences. Source: ECMA-48, 5.4 (CSI) and 5.6 (OSC and other strings). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what it takes out
const ESCAPE_SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(?:\u0007|\u001b\\|$)|[@-Z\\-_])/g;
/** Controls other than newline and tab, and characters that turn the direction of what follows (bidi). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what it replaces
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A message that cannot change how anything around it looks: what attackers typed may be in it. Pure. */
export function toDisplayText(message: string): string {
  // Nearly every line has neither, and a whole log is made into text at once.
  return message.search(CONTROLS) < 0 ? message : message.replace(ESCAPE_SEQUENCES, "").replace(CONTROLS, "\ufffd");
}

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
