import type { RunLogEvent } from "@/lib/client/run-log";
import type { LogEvent, ProgressEvent, RunDetail, RunEnd, RunPhase } from "@/lib/contract";

/**
 * Reads the events of a run's stream by name. The server that sent this page wrote them to the shapes of `streamEvent`:
 * only what everything hangs on is looked at again, since 100,000 lines come this way.
 */
export const STREAM_READERS = {
  run: (data) => ({ type: "run", run: must<RunDetail>("run", data, Array.isArray(partOf(data, "phases"))) }),
  phase: (data) => ({ type: "phase", phase: must<RunPhase>("phase", data, typeof partOf(data, "id") === "string") }),
  end: (data) => ({ type: "end", end: must<RunEnd>("end", data, typeof partOf(data, "status") === "string") }),
  log: (data) => must<LogEvent>("log", data, isLine(data)),
  progress: (data) => must<ProgressEvent>("progress", data, partOf(data, "type") === "progress"),
} as const satisfies Record<string, (data: unknown) => RunLogEvent>;

function isLine(data: unknown): boolean {
  return typeof partOf(data, "seq") === "number" && typeof partOf(data, "message") === "string";
}

function partOf(data: unknown, name: string): unknown {
  return typeof data === "object" && data !== null ? (data as Record<string, unknown>)[name] : undefined;
}

function must<T>(name: string, data: unknown, isRight: boolean): T {
  if (!isRight) throw new TypeError(`The event stream sent a \`${name}\` that is none: reload the page.`);
  return data as T;
}
