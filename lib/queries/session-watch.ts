import "server-only";
import { isSessionAlive, type Session } from "@/lib/auth/sessions";
import { withPooledClient } from "@/lib/db/pool";
import { readSettings } from "@/lib/env";
import { currentTarget } from "@/lib/queries/service";
import { RefusalError } from "@/lib/refusal";

/** Streams that one operator may have open on one server: every tab keeps one, and a browser six at most. */
const MOST_STREAMS = 60;

/** Open streams by operator, on globalThis because Next loads a module once per bundle. */
const registry = globalThis as typeof globalThis & { tidemarkStreams?: Map<string, number> };

/** An open stream of somebody who is signed in. */
interface WatchedStream {
  /** Aborts within a minute of the end of the session, and with the signal that was given. */
  signal: AbortSignal;
  /** What the stream tells; when it ends, for whatever reason, nothing is watched any more. */
  watch<T>(items: AsyncIterable<T>): AsyncGenerator<T, void, undefined>;
}

/**
 * Watches over a stream that is about to be opened: once it is, it asks nobody who they are.
 *
 * @throws {RefusalError} `too-many` when this operator has too many streams open.
 */
export function watchStream({ id, operatorId }: Session, signal: AbortSignal): WatchedStream {
  registry.tidemarkStreams ??= new Map();
  const streams = registry.tidemarkStreams;
  const open = streams.get(operatorId) ?? 0;
  if (open >= MOST_STREAMS) {
    throw new RefusalError("too-many", `You have ${open} streams open.`, "Close some of the tabs of this console.");
  }
  streams.set(operatorId, open + 1);

  const ending = new AbortController();
  const timer = setInterval(async () => {
    // A database that does not answer says nothing about the session: the stream waits for it as well.
    if (!(await isAlive(id).catch(() => true))) end();
  }, readSettings().TIDEMARK_STREAM_CHECK_MS);
  let isOver = false;
  function release() {
    if (isOver) return;
    isOver = true;
    clearInterval(timer);
    const left = (streams.get(operatorId) ?? 1) - 1;
    if (left === 0) streams.delete(operatorId);
    else streams.set(operatorId, left);
  }
  function end() {
    release();
    ending.abort();
  }
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  return {
    signal: ending.signal,
    async *watch(items) {
      try {
        yield* items;
      } finally {
        // Not `end`: the last event is still to be sent.
        release();
      }
    },
  };
}

async function isAlive(sessionId: string): Promise<boolean> {
  return withPooledClient(await currentTarget(), (client) => isSessionAlive(client, sessionId));
}
