import { type FileFormat, toCsvLine, toFileStream, toJsonLine } from "@/lib/http/file-export";
import type { SetAsideEntry } from "@/lib/migration";

/** Formats in which the values set aside can be taken along. */
export const EXPORT_FORMATS = {
  csv: {
    type: "text/csv; charset=utf-8",
    head: "table,key,field,reason,value,run\r\n",
    toLine: ({ table, key, field, reason, value, runId }) => toCsvLine([table, key, field, reason, value, runId]),
  },
  ndjson: {
    type: "application/x-ndjson",
    head: "",
    toLine: ({ table, key, field, reason, value, runId }) =>
      toJsonLine({ table, key, field, reason, value, run: runId }),
  },
} as const satisfies Record<string, FileFormat<SetAsideEntry>>;
export type ExportFormat = keyof typeof EXPORT_FORMATS;

/** The lines of `chunks`, as bytes, made as fast as they are taken; ends early when the reader goes away. */
export function toExportStream(
  format: ExportFormat,
  chunks: AsyncGenerator<SetAsideEntry[]>,
): ReadableStream<Uint8Array> {
  return toFileStream(EXPORT_FORMATS[format], chunks);
}
