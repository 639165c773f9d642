/** What a screen obeys rather than shows: it may be in a session's id, which must stay exact all the same. */
const OBEYED = /(?![\t\r\n])[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** `value` as JSON, with everything a screen would obey as an escape: the strings are exact. */
export function toExportJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, null, indent);
  return json.replace(OBEYED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** One record as RFC 4180 has it. */
export function toCsvRecord(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => (typeof cell === "number" ? String(cell) : toCsvCell(cell))).join(",")}\r\n`;
}

/**
 * A cell that a spreadsheet shows and does not execute: attackers wrote what is in it. What could begin a formula gets an
 * apostrophe before it, also where only blanks stand before. Source: OWASP, CSV Injection.
 */
function toCsvCell(text: string): string {
  const shown = text.replace(OBEYED, "\ufffd");
  const safe = /^\s*[=+\-@]|^[\t\r\n]/.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
