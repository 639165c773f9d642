import type pg from "pg";
import { type DatabaseTarget, openClient } from "@/lib/db/client";
import { LOG_CHANNEL } from "@/lib/logs/log-store";

/** First and longest pause before the LISTEN connection is opened again, in milliseconds. */
const RECONNECT_MIN_MS = 100;
const RECONNECT_MAX_MS = 15_000;

/** One LISTEN connection, however many listeners: made with the first, ended with the last, reopened when lost. */
interface Doorbell {
  /** Calls `onRing` at each notification of `runId`, and whenever notifications may have been missed. */
  listen(runId: number, onRing: () => void): () => void;
  /** Grows with each ring and each listener: a read begun under the present number misses nothing that rang so far. */
  generation(): number;
}

/** Doorbells of this process by connection string, on globalThis because Next loads a module once per bundle. */
const registry = globalThis as typeof globalThis & { tidemarkDoorbells?: Map<string, Doorbell> };

/** The doorbell of this process for a database. Opens no connection before somebody listens. */
export function doorbellOf(target: DatabaseTarget): Doorbell {
  registry.tidemarkDoorbells ??= new Map();
  const doorbells = registry.tidemarkDoorbells;
  const known = doorbells.get(target.connectionString);
  if (known !== undefined) return known;
  const doorbell = createDoorbell(target, () => doorbells.delete(target.connectionString));
  doorbells.set(target.connectionString, doorbell);
  return doorbell;
}

function createDoorbell(target: DatabaseTarget, onSilent: () => void): Doorbell {
  const listeners = new Map<number, Set<() => void>>();
  let generation = 0;
  let stop: (() => void) | null = null;

  function ring(runId: number) {
    generation += 1;
    for (const onRing of listeners.get(runId) ?? []) onRing();
  }

  return {
    generation: () => generation,
    listen(runId, onRing) {
      generation += 1;
      const ofRun = listeners.get(runId) ?? new Set();
      listeners.set(runId, ofRun.add(onRing));
      stop ??= keepListening(target, {
        onNotify: ring,
        // Whatever was sent while nobody listened is lost: everyone reads again.
        onConnected: () => [...listeners.keys()].forEach(ring),
      });
      return () => {
        ofRun.delete(onRing);
        if (ofRun.size === 0 && listeners.get(runId) === ofRun) listeners.delete(runId);
        if (listeners.size > 0 || stop === null) return;
        stop();
        stop = null;
        onSilent();
      };
    },
  };
}

/** Holds a LISTEN connection until the returned function is called; reopens it with back-off and jitter. */
function keepListening(
  target: DatabaseTarget,
  { onNotify, onConnected }: { onNotify: (runId: number) => void; onConnected: () => void },
): () => void {
  let isStopped = false;
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = RECONNECT_MIN_MS;

  function retryLater() {
    if (isStopped) return;
    timer = setTimeout(connect, pauseMs * (0.5 + Math.random()));
    pauseMs = Math.min(pauseMs * 2, RECONNECT_MAX_MS);
  }

  async function connect() {
    try {
      const opened = await openClient(target, "tidemark log feed");
      if (isStopped) return void opened.end().catch(() => {});
      client = opened;
      opened.on("notification", ({ payload }) => onNotify(Number(payload)));
      opened.once("end", () => {
        client = null;
        retryLater();
      });
      await opened.query(`listen ${LOG_CHANNEL}`);
      pauseMs = RECONNECT_MIN_MS;
      onConnected();
    } catch {
      // The slow poll of every follower goes on meanwhile. A client that got as far as 'end' has its retry already.
      if (client === null) retryLater();
      else void client.end().catch(() => {});
    }
  }

  void connect();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    void client?.end().catch(() => {});
  };
}
