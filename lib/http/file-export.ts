/** What a screen obeys rather than shows; line breaks and tabs are for the format to deal with. */
const OBEYED = /(?![\t\r\n])[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** How a list is taken along as a file. */
export interface FileFormat<Row> {
  type: string;
  /** What stands before the first row. */
  head: string;
  toLine: (row: Row) => string;
}

/** The rows of `chunks` in this format, a text for each chunk; the head comes with the first, also where no row does. */
export async function* toFileText<Row>(
  { head, toLine }: FileFormat<Row>,
  chunks: AsyncIterable<Row[]>,
): AsyncGenerator<string> {
  let before = head;
  for await (const rows of chunks) {
    yield before + rows.map(toLine).join("");
    before = "";
  }
  if (before !== "") yield before;
}

/** `first` and what `chunks` gives after it, as bytes, made as fast as they are taken; ends early when the reader goes away. */
export function toByteStream(
  first: IteratorResult<string>,
  chunks: AsyncGenerator<string>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let read: IteratorResult<string> | null = first;
  return new ReadableStream({
    async pull(controller) {
      const chunk = read ?? (await chunks.next());
      read = null;
      if (chunk.done) controller.close();
      else controller.enqueue(encoder.encode(chunk.value));
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}

/** `value` as JSON, with everything a screen would obey as an escape: the strings are exact. */
export function toExportJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, null, indent);
  return json.replace(OBEYED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** One object a line, as {@link toExportJson} has it. */
export function toJsonLine(row: object): string {
  return `${toExportJson(row)}\n`;
}

/** One record as RFC 4180 has it; null is an empty cell. */
export function toCsvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map((cell) => (typeof cell === "number" ? String(cell) : toCsvCell(cell ?? ""))).join(",")}\r\n`;
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
