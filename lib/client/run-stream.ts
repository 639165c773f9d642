import { readLogHistory } from "@/lib/client/log-history";
import type { RunLogEvent } from "@/lib/client/run-log";
import { STREAM_READERS } from "@/lib/client/stream-events";
import { takeStreamPlace } from "@/lib/client/stream-place";

/** What came in is handed on this often, in milliseconds: a burst of lines is one change on screen. */
const FLUSH_INTERVAL_MS = 100;
/** Pause before a stream that the browser gave up is opened anew, in milliseconds. */
const REOPEN_AFTER_MS = 2_000;
/** A visit ends when nothing more has come for so long, in milliseconds. */
const VISIT_QUIET_MS = 300;
/** Pause between two visits, in sight and out of sight, in milliseconds. */
const VISIT_INTERVAL_MS = 2_000;
const HIDDEN_INTERVAL_MS = 10_000;
/** So many stored lines and more are read as a whole before the stream. */
const HISTORY_LINES = 500;

/**
 * Opens the event stream of a run and hands on what it tells, in order. The browser reconnects by itself with
 * `Last-Event-ID`; where it gives up (an error answer), the stream is opened anew behind the last line. A tab out of
 * sight, or one too many, keeps no stream but visits it: it opens it, takes what is there, and closes it.
 *
 * @param afterSeq the last line already known; 0 for the whole log.
 * @param storedSeq the last line stored when the page was made: a long way there is gone before the stream is opened.
 * @returns closes the stream.
 */
export function openRunStream(
  runId: number,
  options: { afterSeq: number; storedSeq: number; onEvents: (events: RunLogEvent[]) => void },
): () => void {
  const { afterSeq, storedSeq, onEvents } = options;
  let source: EventSource | null = null;
  let reading = new AbortController();
  let freePlace: (() => void) | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let flushing: ReturnType<typeof setTimeout> | undefined;
  let waiting: RunLogEvent[] = [];
  let lastSeq = afterSeq;
  /** Counts connections, so that one that was given up while it was being made is not opened. */
  let attempt = 0;
  let isOver = false;

  const flush = () => {
    clearTimeout(flushing);
    flushing = undefined;
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    onEvents(events);
  };

  function disconnect() {
    attempt += 1;
    clearTimeout(timer);
    reading.abort();
    source?.close();
    source = null;
    freePlace?.();
    freePlace = null;
  }

  function connectAfter(ms: number) {
    disconnect();
    timer = setTimeout(() => void connect(), ms);
  }

  const endVisit = () => connectAfter(document.hidden ? HIDDEN_INTERVAL_MS : VISIT_INTERVAL_MS);

  function hear(event: RunLogEvent) {
    if (event.type === "log") lastSeq = Math.max(lastSeq, event.seq);
    waiting.push(event);
    flushing ??= setTimeout(flush, FLUSH_INTERVAL_MS);
    if (event.type !== "end") return;
    isOver = true;
    disconnect();
    flush();
  }

  async function connect() {
    const mine = attempt;
    const place = document.hidden ? null : await takeStreamPlace();
    if (mine !== attempt) return place?.();
    freePlace = place;
    await catchUp();
    if (mine === attempt) listen({ isVisit: place === null });
  }

  /** Goes most of the way to the last line; where that fails, the stream goes all of it. */
  async function catchUp() {
    if (storedSeq - lastSeq < HISTORY_LINES) return;
    reading = new AbortController();
    try {
      for await (const lines of readLogHistory(runId, { afterSeq: lastSeq, signal: reading.signal })) {
        for (const line of lines) hear(line);
      }
    } catch {}
  }

  function listen({ isVisit }: { isVisit: boolean }) {
    const stream = new EventSource(`/api/runs/${runId}/events?after=${lastSeq}`);
    source = stream;
    stream.onopen = () => hear({ type: "opened", isVisit });
    stream.onerror = () => {
      hear({ type: "lost" });
      if (isVisit || stream.readyState === EventSource.CLOSED) connectAfter(REOPEN_AFTER_MS);
    };
    for (const [name, read] of Object.entries(STREAM_READERS)) {
      stream.addEventListener(name, (event: MessageEvent<string>) => {
        hear(read(JSON.parse(event.data)));
        if (!isVisit || isOver) return;
        clearTimeout(timer);
        timer = setTimeout(endVisit, VISIT_QUIET_MS);
      });
    }
  }

  const onSight = () => {
    if (!isOver) connectAfter(0);
  };
  document.addEventListener("visibilitychange", onSight);
  connectAfter(0);
  return () => {
    isOver = true;
    document.removeEventListener("visibilitychange", onSight);
    clearTimeout(flushing);
    disconnect();
  };
}
