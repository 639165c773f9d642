import type { LogEvent } from "@/lib/contract";

/** Terminal escape sequences. Source: ECMA-48, 5.4 (CSI) and 5.6 (OSC and other strings). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what it takes out
const ESCAPE_SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(?:\u0007|\u001b\\|$)|[@-Z\\-_])/g;
/** Controls other than newline and tab, and characters that turn the direction of what follows (bidi). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what it replaces
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A message that cannot change how anything around it looks: what attackers typed may be in it. Pure. */
export function toDisplayText(message: string): string {
  return message.replace(ESCAPE_SEQUENCES, "").replace(CONTROLS, "\ufffd");
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
