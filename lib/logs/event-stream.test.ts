import { expect, test, vi } from "vitest";
import type { LogEvent } from "@/lib/contract";
import { EVENT_STREAM_HEADERS, readLastEventId, toEventStream, toServerSentEvent } from "@/lib/logs/event-stream";
import type { FeedItem } from "@/lib/logs/feed-item";

const log = (seq: number, message = "x"): LogEvent => ({
  type: "log",
  seq,
  at: "2026-01-01T00:00:00.000Z",
  level: "info",
  phase: null,
  message,
});
const end: FeedItem = { type: "end", status: "succeeded", error: null };
const never = new AbortController().signal;

async function* feed(...items: FeedItem[]): AsyncGenerator<FeedItem> {
  yield* items;
}

test("opens with the retry time, numbers log events only and ends after `end`", async () => {
  const progress: FeedItem = {
    type: "progress",
    phase: "source-ip",
    done: 1,
    total: 2,
    rowsPerSecond: null,
    etaSeconds: null,
    slowBecause: null,
  };
  const text = await new Response(toEventStream(feed(log(7), progress, end), { signal: never })).text();
  expect(text).toBe(
    [
      "retry: 2000\n\n",
      `event: log\nid: 7\ndata: ${JSON.stringify(log(7))}\n\n`,
      `event: progress\ndata: ${JSON.stringify(progress)}\n\n`,
      `event: end\ndata: {"status":"succeeded","error":null}\n\n`,
    ].join(""),
  );
});

test.each(["\n\ndata: forged", "\r\nevent: end", "\r\rid: 9", "\u2028data: x", "\u0085\u000b\f"])(
  "a message of %j stays one line of data",
  (message) => {
    const event = toServerSentEvent(log(1, message));
    expect(event.split(/\r\n|\n|\r/)).toEqual(["event: log", "id: 1", expect.stringMatching(/^data: \{/), "", ""]);
    expect(JSON.parse(event.slice(event.indexOf("{")))).toEqual(log(1, message));
  },
);

test("sends a comment every 15 seconds while nothing happens", async () => {
  vi.useFakeTimers();
  const viewer = new AbortController();
  const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
  const reader = toEventStream(silent, { signal: viewer.signal }).getReader();
  const read = async () => new TextDecoder().decode((await reader.read()).value);
  expect(await read()).toBe("retry: 2000\n\n");
  for (let beat = 0; beat < 2; beat++) {
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await read()).toMatch(/^: .*\n\n$/);
  }
  viewer.abort();
  expect(await reader.read()).toEqual({ done: true, value: undefined });
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("takes no more from a slow reader's source than its buffer holds", async () => {
  let taken = 0;
  async function* endless(): AsyncGenerator<FeedItem> {
    for (;;) yield log(++taken);
  }
  const reader = toEventStream(endless(), { signal: never }).getReader();
  await vi.waitFor(() => expect(taken).toBeGreaterThan(10));
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toBeLessThanOrEqual(64);
  await reader.cancel();
});

test("tells its source when the reader goes away", async () => {
  const released = vi.fn();
  async function* endless(): AsyncGenerator<FeedItem> {
    try {
      for (let seq = 1; ; seq++) yield log(seq);
    } finally {
      released();
    }
  }
  const reader = toEventStream(endless(), { signal: never }).getReader();
  await reader.read();
  await reader.cancel();
  await vi.waitFor(() => expect(released).toHaveBeenCalledOnce());
});

test("closes without `end` when its source fails, so that the browser comes back", async () => {
  async function* failing(): AsyncGenerator<FeedItem> {
    yield log(1);
    throw new Error("gone");
  }
  const text = await new Response(toEventStream(failing(), { signal: never })).text();
  expect(text).toContain("id: 1\n");
  expect(text).not.toContain("event: end");
});

test("tells proxies neither to hold nor to compress the stream", () => {
  expect(EVENT_STREAM_HEADERS).toMatchObject({ "Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no" });
});

test.each([
  [{ "Last-Event-ID": "12" }, "http://x/events?after=3", 12],
  [{}, "http://x/events?after=3", 3],
  [{}, "http://x/events", 0],
  [{ "Last-Event-ID": "-1" }, undefined, 0],
  [{ "Last-Event-ID": "1e3" }, undefined, 0],
  [{ "Last-Event-ID": "99999999999999999999" }, undefined, 0],
  [{ "Last-Event-ID": "1; drop" }, "http://x/?after=abc", 0],
])("reads the last event of %j at %s as %d", (headers, url, seq) => {
  expect(readLastEventId(new Headers(headers as Record<string, string>), url)).toBe(seq);
});

test("sends what is at hand together, and holds nothing back for what is not", async () => {
  let goOn = () => {};
  async function* pausing(): AsyncGenerator<FeedItem> {
    yield* [log(1), log(2), log(3)];
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    yield log(4);
  }
  const reader = toEventStream(pausing(), { signal: never }).getReader();
  const read = async () => new TextDecoder().decode((await reader.read()).value);
  const seqsIn = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq));
  expect(await read()).toBe("retry: 2000\n\n");
  expect(seqsIn(await read())).toEqual([1, 2, 3]);
  goOn();
  expect(seqsIn(await read())).toEqual([4]);
  await reader.cancel();
});
