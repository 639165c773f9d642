import { setTimeout as delay } from "node:timers/promises";
import { auditRefusedRequests } from "@/lib/audit/request-audit";
import { notePeers } from "@/lib/auth/client-address";
import type { DatabaseTarget } from "@/lib/db/client";
import { closePools } from "@/lib/db/pool";
import { readTarget } from "@/lib/db/target";
import { readSettings } from "@/lib/env";
import { setHeadersEverywhere } from "@/lib/http/request-start";
import { prepareConsole, runWorker } from "@/lib/migration";
import { offerFirstOperator } from "@/lib/queries/first-operator";
import { redactOutput } from "@/lib/redact";
import { RefusalError } from "@/lib/refusal";
import { keepHooks } from "@/lib/telemetry/hooks";
import { openTelemetry, type Telemetry } from "@/lib/telemetry/telemetry";
import packageJson from "@/package.json" with { type: "json" };

/**
 * How long a stopping server waits for the batch in hand, in milliseconds: a statement that goes on is cancelled before. A
 * server that is not gone after 5 s is killed by many who restart servers.
 */
const STOP_PATIENCE_MS = 3_500;

/** How long connections may take to end then, in milliseconds. */
const GOODBYE_MS = 500;

/** Pause before a database that could not be found is looked for again, in milliseconds. */
const RETRY_INTERVAL_MS = 5_000;

/** What this server process holds besides requests. On globalThis because Next loads a module once per bundle. */
interface Service {
  target: Promise<DatabaseTarget> | null;
  worker: Promise<void> | null;
  telemetry: Telemetry | null;
  /** The same, while it is opened. */
  opening: Promise<Telemetry> | null;
  stopping: AbortController;
}

const registry = globalThis as typeof globalThis & { tidemarkService?: Service };

function service(): Service {
  registry.tidemarkService ??= {
    target: null,
    worker: null,
    telemetry: null,
    opening: null,
    stopping: new AbortController(),
  };
  return registry.tidemarkService;
}

/**
 * The database of this console, found once; after a failure the next caller tries again.
 *
 * @throws {RefusalError} for a malformed URL or an embedded server that does not start, {ConfigurationError}.
 */
export function currentTarget(): Promise<DatabaseTarget> {
  const own = service();
  own.target ??= readTarget().catch((cause: unknown) => {
    own.target = null;
    throw cause;
  });
  return own.target;
}

/** Aborts when the server is told to stop: streams end, the worker takes nothing new. */
export function stoppingSignal(): AbortSignal {
  return service().stopping.signal;
}

/**
 * Starts what the server does beside answering requests: masks what it prints, finds the database, runs the worker where `TIDEMARK_WORKER` is
 * on, and stops gracefully on SIGTERM and SIGINT. Never throws: a console that cannot reach its database says so on its
 * pages. Does nothing on a second call.
 */
export function startService(): void {
  const own = service();
  if (own.worker !== null) return;
  redactOutput([process.stdout, process.stderr]);
  setHeadersEverywhere();
  notePeers();
  own.worker = work(own.stopping.signal);
  void offerFirstOperator(currentTarget, own.stopping.signal);
  void keepAudit(own.stopping.signal);
  void tellHooks(own.stopping.signal);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stopService());
}

async function work(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const { onEvent } = await currentTelemetry();
      const target = await currentTarget();
      if (readSettings().TIDEMARK_WORKER === "on") {
        return await runWorker(target, { signal, onTrouble: report, onEvent });
      }
      if (await prepareConsole(target)) return;
    } catch (cause) {
      report(cause);
    }
    await delay(RETRY_INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}

/** Opened once, whoever asks first; after an unusable setting the next caller tries again. */
function currentTelemetry(): Promise<Telemetry> {
  const own = service();
  own.opening ??= openTelemetry("web").then(
    (telemetry) => {
      const { TIDEMARK_WORKER: worker } = readSettings();
      telemetry.log.info({ version: packageJson.version, worker }, "Tidemark begins");
      own.telemetry = telemetry;
      return telemetry;
    },
    (cause: unknown) => {
      own.opening = null;
      throw cause;
    },
  );
  return own.opening;
}

/** The webhook is told whether or not this server executes runs. */
async function tellHooks(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const [{ log }, target] = await Promise.all([currentTelemetry(), currentTarget()]);
      return await keepHooks(target, { signal, log });
    } catch {
      // What is wrong is told by whoever works.
      await delay(RETRY_INTERVAL_MS, undefined, { signal }).catch(() => {});
    }
  }
}

/** Requests turned away are written down once there is a database to write to. */
async function keepAudit(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const target = await currentTarget().catch(() => null);
    if (target !== null) return auditRefusedRequests(target, signal);
    await delay(RETRY_INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}

async function stopService(): Promise<void> {
  const own = service();
  own.stopping.abort();
  await Promise.race([own.worker, delay(STOP_PATIENCE_MS)]);
  await Promise.race([closePools().catch(() => {}), delay(GOODBYE_MS)]);
  own.telemetry?.log.info("Tidemark ends");
  await own.telemetry?.close();
  process.exit(0);
}

/** Logs what a page or a route met, under the number by which the browser is told of it; Next prints it besides. */
export function reportRequestError(err: unknown, address: string): void {
  const { digest = null } = err as { digest?: string };
  // What is asked for may be anybody's data.
  const path = address.split("?")[0];
  service().telemetry?.log.error({ err, digest, path }, "A request failed");
}

let lastReport = "";

/** Tells the server's own log, once while it stays the same; a refusal is on every page as well. Masked as all of it is. */
function report(cause: unknown): void {
  const message = cause instanceof Error ? cause.message : String(cause);
  const remedy = cause instanceof RefusalError ? ` ${cause.remedy}` : "";
  const text = `${message}${remedy}`;
  if (text === lastReport) return;
  lastReport = text;
  const { telemetry } = service();
  if (telemetry === null) process.stderr.write(`tidemark: ${text}\n`);
  else telemetry.log.warn(text);
}
