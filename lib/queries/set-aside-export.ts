import { type FileFormat, toCsvLine, toJsonLine } from "@/lib/http/file-export";
import type { SetAsideEntry } from "@/lib/migration";

/** Formats in which the values set aside can be taken along. */
export const SET_ASIDE_FORMATS = {
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
