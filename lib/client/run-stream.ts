import type { RunLogEvent } from "@/lib/client/run-log";

/** What came in is handed on this often, in milliseconds: a burst of lines is one change on screen. */
const FLUSH_INTERVAL_MS = 100;
/** Pause before a stream that the browser gave up is opened anew, in milliseconds. */
const REOPEN_AFTER_MS = 2_000;

/** Reads the events of a stream by name; loaded with the first stream. */
async function loadReaders(): Promise<Record<string, (data: unknown) => RunLogEvent>> {
  const { streamEvent } = await import("@/lib/contract");
  return {
    run: (data) => ({ type: "run", run: streamEvent.run.parse(data) }),
    phase: (data) => ({ type: "phase", phase: streamEvent.phase.parse(data) }),
    end: (data) => ({ type: "end", end: streamEvent.end.parse(data) }),
    log: (data) => streamEvent.log.parse(data),
    progress: (data) => streamEvent.progress.parse(data),
  };
}

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
  let isClosed = false;

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

  const reopen = () => {
    reopening = setTimeout(() => void open(), REOPEN_AFTER_MS);
  };

  async function open() {
    const readers = await loadReaders().catch(() => null);
    if (isClosed) return;
    if (readers === null) {
      hear({ type: "lost" });
      return reopen();
    }
    source = new EventSource(`/api/runs/${runId}/events?after=${lastSeq}`);
    source.onopen = () => hear({ type: "opened" });
    source.onerror = () => {
      hear({ type: "lost" });
      if (source?.readyState === EventSource.CLOSED) reopen();
    };
    for (const [name, read] of Object.entries(readers)) {
      source.addEventListener(name, (event: MessageEvent<string>) => hear(read(JSON.parse(event.data))));
    }
  }

  void open();
  return () => {
    isClosed = true;
    clearInterval(flushing);
    clearTimeout(reopening);
    source?.close();
  };
}
