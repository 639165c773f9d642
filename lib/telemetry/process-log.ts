import pino, { type Logger } from "pino";
import { toRunError } from "@/lib/db/database-error";
import { readSettings } from "@/lib/env";
import { toPlainLine } from "@/lib/plain-text";

/** The log of a process, for whoever operates it: one JSON object a line, each with what it is about. */
export type ProcessLog = Pick<Logger, "debug" | "info" | "warn" | "error"> & {
  /** The same log, every line with these fields. */
  child(fields: Record<string, unknown>): ProcessLog;
};

/** Which of the two kinds of process speaks. */
export type ProcessKind = "web" | "worker";

/** Where lines go: stderr, so that stdout is left to data. Whoever starts the process masks secrets there. */
type Sink = Pick<NodeJS.WriteStream, "isTTY" | "write">;

/** JSON escapes C0 by itself; whatever else a terminal obeys is escaped here, since logs are read on terminals. */
const OBEYED = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Opens the log of this process. `TIDEMARK_LOG_FORMAT` and `TIDEMARK_LOG_LEVEL` decide how and how much. */
export function openProcessLog(kind: ProcessKind, sink: Sink = process.stderr): ProcessLog {
  const { TIDEMARK_LOG_FORMAT, TIDEMARK_LOG_LEVEL: level } = readSettings();
  const isText = (TIDEMARK_LOG_FORMAT ?? (sink.isTTY ? "text" : "json")) === "text";
  return pino(
    {
      level,
      base: { process: kind, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // An error of the driver says more than may be printed.
      serializers: { err: (cause: unknown) => toRunError(cause) },
    },
    { write: (line: string) => void sink.write(isText ? toText(line) : escapeObeyed(line)) },
  );
}

function escapeObeyed(line: string): string {
  return line.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** `2026-01-01T02:00:00.000Z warn run 7 source-ip: waiting for pid 4711` */
function toText(line: string): string {
  const { time, level, msg, runId, phase, err } = JSON.parse(line);
  const about = [...(runId === undefined ? [] : [`run ${runId}`]), ...(phase == null ? [] : [phase])].join(" ");
  const cause = err === undefined ? "" : ` (${err.sqlstate === null ? "" : `${err.sqlstate} `}${err.message})`;
  return `${toPlainLine(`${time} ${level} ${about === "" ? "" : `${about}: `}${msg}${cause}`)}\n`;
}
