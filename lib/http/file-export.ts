/** What a screen obeys rather than shows; line breaks and tabs are for the format to deal with. */
const OBEYED = /(?![\t\r\n])[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** How a list is taken along as a file. */
export interface FileFormat<Row> {
  type: string;
  /** What stands before the first row. */
  head: string;
  toLine: (row: Row) => string;
}

/** The rows of `chunks`, as bytes, made as fast as they are taken; ends early when the reader goes away. */
export function toFileStream<Row>(
  { head, toLine }: FileFormat<Row>,
  chunks: AsyncGenerator<Row[]>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let before = head;
  return new ReadableStream({
    async pull(controller) {
      const chunk = await chunks.next();
      const lines = chunk.done ? "" : chunk.value.map(toLine).join("");
      if (before + lines !== "") controller.enqueue(encoder.encode(before + lines));
      before = "";
      if (chunk.done) controller.close();
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}

/** One object a line, with everything a screen would obey as an escape: the strings are exact. */
export function toJsonLine(row: object): string {
  const json = JSON.stringify(row);
  return `${json.replace(OBEYED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}

/** One record as RFC 4180 has it; null is an empty cell. */
export function toCsvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map((cell) => toCsvCell(String(cell ?? ""))).join(",")}\r\n`;
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
