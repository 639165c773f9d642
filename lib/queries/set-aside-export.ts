import type { SetAsideEntry } from "@/lib/migration";
import { toCsvRecord, toExportJson } from "@/lib/queries/export-text";

/** Formats in which the values set aside can be taken along. */
export const EXPORT_FORMATS = {
  csv: { type: "text/csv; charset=utf-8", head: "table,key,field,reason,value,run\r\n", toLine: toCsvLine },
  ndjson: { type: "application/x-ndjson", head: "", toLine: toJsonLine },
} as const;
export type ExportFormat = keyof typeof EXPORT_FORMATS;

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

function toJsonLine({ table, key, field, reason, value, runId }: SetAsideEntry): string {
  return `${toExportJson({ table, key, field, reason, value, run: runId })}\n`;
}

function toCsvLine({ table, key, field, reason, value, runId }: SetAsideEntry): string {
  return toCsvRecord([table, key, field, reason, value ?? "", runId]);
}
