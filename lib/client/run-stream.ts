import type { z } from "zod";
import type { RunLogEvent } from "@/lib/client/run-log";
import { streamEvent } from "@/lib/contract";

/** What came in is handed on this often, in milliseconds: a burst of lines is one change on screen. */
const FLUSH_INTERVAL_MS = 100;
/** Pause before a stream that the browser gave up is opened anew, in milliseconds. */
const REOPEN_AFTER_MS = 2_000;

const parsers = {
  run: streamEvent.run.transform((run): RunLogEvent => ({ type: "run", run })),
  phase: streamEvent.phase.transform((phase): RunLogEvent => ({ type: "phase", phase })),
  end: streamEvent.end.transform((end): RunLogEvent => ({ type: "end", end })),
  log: streamEvent.log,
  progress: streamEvent.progress,
} satisfies Record<string, z.ZodType<RunLogEvent>>;

/**
 * Opens the event stream of a run and hands on what it tells, in order. The browser reconnects by itself with
 * `Last-Event-ID`; where it gives up (an error answer), the stream is opened anew behind the last line.
 *
 * @param afterSeq the last line already known; 0 for the whole log.
 * @returns closes the stream.
 */
export function openRunStream(
  runId: number,
  { afterSeq, onEvents }: { afterSeq: number; onEvents: (events: RunLogEvent[]) => void },
): () => void {
  let source: EventSource | null = null;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  let waiting: RunLogEvent[] = [];
  let lastSeq = afterSeq;

  const flush = () => {
    if (waiting.length === 0) return;
    onEvents(waiting);
    waiting = [];
  };
  const flushing = setInterval(flush, FLUSH_INTERVAL_MS);

  function hear(event: RunLogEvent) {
    if (event.type === "log") lastSeq = Math.max(lastSeq, event.seq);
    waiting.push(event);
    if (event.type !== "end") return;
    source?.close();
    flush();
  }

  function open() {
    source = new EventSource(`/api/runs/${runId}/events?after=${lastSeq}`);
    source.onopen = () => hear({ type: "opened" });
    source.onerror = () => {
      hear({ type: "lost" });
      if (source?.readyState === EventSource.CLOSED) reopening = setTimeout(open, REOPEN_AFTER_MS);
    };
    for (const [name, parser] of Object.entries(parsers)) {
      source.addEventListener(name, (event: MessageEvent<string>) => hear(parser.parse(JSON.parse(event.data))));
    }
  }

  open();
  return () => {
    clearInterval(flushing);
    clearTimeout(reopening);
    source?.close();
  };
}
