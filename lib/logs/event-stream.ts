import type { FeedItem } from "@/lib/logs/feed-item";

/** How long a browser waits before it connects again, in milliseconds. */
const RETRY_MS = 2_000;
/** Keeps proxies from closing a silent stream, in milliseconds. Source: WHATWG HTML, 9.2.7 (authoring notes). */
const HEARTBEAT_INTERVAL_MS = 15_000;
/** Events sent at once while they are at hand: a long log is a thousand writes rather than a hundred thousand. */
const EVENTS_A_CHUNK = 64;
/** Chunks ready for a slow reader, the opening one included; beyond them nothing more is read from the database. */
const BUFFERED_CHUNKS = 2;

/** `no-transform`: a compressing server would hold events back; the last one says the same to nginx. */
export const EVENT_STREAM_HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
} as const;

/**
 * `items` as server-sent events, one event each, data as JSON in the shapes of `streamEvent` in contract.ts. Ends when
 * the items do, when the reader goes away, or when `signal` aborts; a failing source ends it too, and the browser comes
 * back with `Last-Event-ID`.
 */
export function toEventStream(
  items: AsyncIterable<FeedItem>,
  { signal }: { signal: AbortSignal },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = items[Symbol.asyncIterator]();
  /** An item that was asked for and had not come when the last chunk was sent. */
  let ahead: Promise<IteratorResult<FeedItem, unknown>> | null = null;
  let heartbeat: NodeJS.Timeout | undefined;
  let close = () => {};

  /** What is at hand as text, waiting only for the first of it. */
  async function takeChunk(): Promise<{ text: string; isLast: boolean }> {
    let text = "";
    let isNoneAtHand: Promise<null> | undefined;
    for (let events = 0; events < EVENTS_A_CHUNK; events += 1) {
      ahead ??= iterator.next().catch(() => ({ done: true, value: undefined }));
      const next = await (isNoneAtHand === undefined ? ahead : Promise.race([ahead, isNoneAtHand]));
      if (next === null) break;
      ahead = null;
      if (next.done === true) return { text, isLast: true };
      text += toServerSentEvent(next.value);
      // Fires when nothing is left to do but wait for the database.
      isNoneAtHand ??= new Promise((resolve) => setImmediate(() => resolve(null)));
    }
    return { text, isLast: false };
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        close = () => {
          clearInterval(heartbeat);
          signal.removeEventListener("abort", close);
          // It may be closed already: by its reader, by the signal, or because the items ended.
          try {
            controller.close();
          } catch {}
          void iterator.return?.().catch(() => {});
        };
        // Sent at once, so that proxies and browsers see that the stream is open.
        controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`));
        heartbeat = setInterval(() => {
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(": still here\n\n"));
        }, HEARTBEAT_INTERVAL_MS);
        signal.addEventListener("abort", close);
        if (signal.aborted) close();
      },
      async pull(controller) {
        const { text, isLast } = await takeChunk();
        if (signal.aborted) return close();
        if (text !== "") controller.enqueue(encoder.encode(text));
        if (isLast) close();
      },
      cancel: () => close(),
    },
    { highWaterMark: BUFFERED_CHUNKS },
  );
}

/** One event of the stream. JSON has no raw newline, so no message can begin a field or an event of its own. */
export function toServerSentEvent(item: FeedItem): string {
  const id = item.type === "log" ? `id: ${item.seq}\n` : "";
  return `event: ${item.type}\n${id}data: ${JSON.stringify(toData(item))}\n\n`;
}

function toData(item: FeedItem): unknown {
  switch (item.type) {
    case "run":
      return item.run;
    case "phase":
      return item.phase;
    case "end":
      return { status: item.status, error: item.error };
    case "log":
    case "progress":
      return item;
    default:
      item satisfies never;
  }
}

/**
 * The `seq` after which a stream goes on: the header that a browser sends when it comes back, else `?after=` of the
 * first open (a page that already shows lines), else 0. Anything that is no number counts as 0.
 */
export function readLastEventId(headers: Headers, url?: string | URL): number {
  const asked = headers.get("last-event-id") ?? (url === undefined ? null : new URL(url).searchParams.get("after"));
  return asked !== null && /^\d{1,15}$/.test(asked) ? Number(asked) : 0;
}
