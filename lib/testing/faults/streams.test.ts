import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import type { LogEvent } from "@/lib/contract";
import { EVENT_STREAM_HEADERS, readLastEventId, toEventStream } from "@/lib/logs/event-stream";
import type { FeedItem } from "@/lib/logs/feed-item";
import { followRun } from "@/lib/logs/log-feed";
import { notifyRun, openLog, readLog } from "@/lib/logs/log-store";
import { aJournalDatabase, type JournalDatabase } from "@/lib/testing/journal-database";
import { aProxy } from "@/lib/testing/tcp-proxy";

const FINISH = "update tidemark.runs set status = 'succeeded', finished_at = now()";

/** The run's events over HTTP, as the console serves them; `onItem` hears of each one taken from the database. */
async function serveEvents(journal: JournalDatabase, onItem: (item: FeedItem) => void = () => {}): Promise<number> {
  const source = { target: journal.target, pool: journal.pool(), readRun: journal.readRun };
  async function* counted(items: AsyncIterable<FeedItem>): AsyncGenerator<FeedItem> {
    for await (const item of items) {
      onItem(item);
      yield item;
    }
  }
  const server = createServer((request, response) => {
    const viewer = new AbortController();
    response.once("close", () => viewer.abort());
    const afterSeq = readLastEventId(new Headers(request.headers as Record<string, string>));
    const items = counted(followRun(source, journal.runId, { afterSeq, signal: viewer.signal }));
    response.writeHead(200, EVENT_STREAM_HEADERS);
    Readable.fromWeb(toEventStream(items, { signal: viewer.signal }) as Parameters<typeof Readable.fromWeb>[0])
      .on("error", () => {})
      .pipe(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

/** Whole events of one connection, in order; what the network cut off half-way is no event. */
async function* eventsOf(response: Response): AsyncGenerator<{ name: string; data: string }> {
  let text = "";
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      const name = /^event: (.*)$/m.exec(event)?.[1];
      if (name !== undefined) yield { name, data: /^data: (.*)$/m.exec(event)?.[1] ?? "" };
    }
  }
}

/** Follows as a browser does: comes back after a loss with the id seen last. */
async function followThroughLosses(url: string, onLine: (count: number) => void): Promise<LogEvent[]> {
  const lines: LogEvent[] = [];
  let isOver = false;
  onTestFinished(() => {
    isOver = true;
  });
  while (!isOver) {
    const seen = lines.at(-1);
    const headers: Record<string, string> = seen === undefined ? {} : { "Last-Event-ID": String(seen.seq) };
    try {
      for await (const { name, data } of eventsOf(await fetch(url, { headers }))) {
        if (name === "end") return lines;
        if (name !== "log") continue;
        lines.push(JSON.parse(data));
        onLine(lines.length);
      }
    } catch {
      // The connection was cut.
    }
  }
  throw new Error("The test was over before the run ended.");
}

test("F77: a stream whose connection is cut twenty times loses no line and doubles none", async () => {
  const journal = await aJournalDatabase();
  const port = await serveEvents(journal);
  const proxy = await aProxy({ connectionString: `postgres://viewer@127.0.0.1:${port}/events`, schema: "public" });
  const pool = journal.pool();
  const log = openLog(pool, { runId: journal.runId, epoch: 1 });
  let cuts = 0;
  const url = `http://127.0.0.1:${new URL(proxy.target.connectionString).port}/`;
  const followed = followThroughLosses(url, (count) => {
    if (count % 20 !== 0 || cuts >= 20) return;
    cuts += 1;
    proxy.cut();
  });
  for (let count = 1; count <= 500; count += 1) {
    await log.write({ level: "info", phase: null, message: `line ${count}` });
  }
  await journal.query(FINISH);
  await notifyRun(pool, journal.runId);

  const lines = await followed;

  expect(cuts).toBe(20);
  expect(lines).toEqual(await readLog(pool, journal.runId, { afterSeq: 0, limit: 1_000 }));
  expect(lines).toHaveLength(500);
});

test("F78: a stream opens at once, forbids holding back and compressing, and beats while nothing happens", async () => {
  const port = await serveEvents(await aJournalDatabase());
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());

  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { "Accept-Encoding": "gzip, br" } });

  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  });
  expect(response.headers.has("content-encoding")).toBe(false);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const readUntil = async (expected: RegExp) => {
    while (!expected.test(text)) text += (await reader?.read())?.value ?? "";
  };
  await readUntil(/^retry: 2000\n\nevent: run\ndata: \{.*\}\n\n$/);
  await vi.advanceTimersByTimeAsync(15_000);
  await readUntil(/\n\n: still here\n\n$/);
  await reader?.cancel();
});

/** Long lines, so that what the kernel holds for a connection is a small part of them. */
const LINE_BYTES = 8_000;

test("F80: a viewer that does not read holds up nobody and costs the server a bounded number of lines", async () => {
  const journal = await aJournalDatabase();
  await journal.query(
    `insert into tidemark.log_lines (run_id, seq, level, message)
     select $1, n, 'info', repeat('x', $2) from generate_series(1, 10000) as n`,
    [journal.runId, LINE_BYTES],
  );
  await journal.query(`${FINISH}, last_seq = 10000`);
  let taken = 0;
  const port = await serveEvents(journal, () => {
    taken += 1;
  });
  const reader = (await fetch(`http://127.0.0.1:${port}/`)).body?.getReader();
  await reader?.read();

  let before = -1;
  await expect
    .poll(
      async () => {
        const isStill = taken === before;
        before = taken;
        await turn();
        return isStill && taken > 0;
      },
      { interval: 500, timeout: 20_000 },
    )
    .toBe(true);
  expect(taken).toBeLessThan(5_000);
  const other = eventsOf(await fetch(`http://127.0.0.1:${port}/`, { headers: { "Last-Event-ID": "9990" } }));
  const names = [];
  for await (const { name } of other) names.push(name);
  expect(names.filter((name) => name === "log")).toHaveLength(10);
  expect(names.at(-1)).toBe("end");
  await reader?.cancel();
});
