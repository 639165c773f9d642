import type { SetAsideEntry } from "@/lib/migration";

/** Formats in which the values set aside can be taken along. */
export const EXPORT_FORMATS = {
  csv: { type: "text/csv; charset=utf-8", head: "table,key,field,reason,value,run\r\n", toLine: toCsvLine },
  ndjson: { type: "application/x-ndjson", head: "", toLine: toJsonLine },
} as const;
export type ExportFormat = keyof typeof EXPORT_FORMATS;

/** What a screen obeys rather than shows: it may be in a session's id, which must stay exact all the same. */
const OBEYED = /(?![\t\r\n])[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** The lines of `chunks`, as bytes, made as fast as they are taken; ends early when the reader goes away. */
export function toExportStream(
  format: ExportFormat,
  chunks: AsyncGenerator<SetAsideEntry[]>,
): ReadableStream<Uint8Array> {
  const { head, toLine } = EXPORT_FORMATS[format];
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
function toJsonLine({ table, key, field, reason, value, runId }: SetAsideEntry): string {
  const json = JSON.stringify({ table, key, field, reason, value, run: runId });
  return `${json.replace(OBEYED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}

/** One record as RFC 4180 has it. */
function toCsvLine({ table, key, field, reason, value, runId }: SetAsideEntry): string {
  return `${[table, key, field, reason, value ?? "", String(runId)].map(toCsvCell).join(",")}\r\n`;
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
