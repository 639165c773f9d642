import { createHmac } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { type DatabaseTarget, readDatabaseAddress } from "@/lib/db/client";
import { sharedPool, withPooledClient } from "@/lib/db/pool";
import { readSettings, type Settings } from "@/lib/env";
import { openLog } from "@/lib/logs/log-store";
import { type HookPlace, noticeHookEvents } from "@/lib/telemetry/hook-events";
import type { ProcessLog } from "@/lib/telemetry/process-log";

/** How often the journal is looked at, in milliseconds. */
const LOOK_INTERVAL_MS = 2_000;

/** How long the webhook may take to answer, in milliseconds. */
const ANSWER_TIMEOUT_MS = 10_000;

/** After so many tries nobody is told any more: the last one comes about a day after the event. */
const MOST_ATTEMPTS = 12;

/** Pauses double from the first to the longest, in seconds. */
const FIRST_PAUSE_S = 10;
const LONGEST_PAUSE_S = 6 * 3_600;

/** Tells the webhook of `TIDEMARK_WEBHOOK_URL`, where there is one, until `signal` aborts. Any number of processes may. */
export async function keepHooks(
  target: DatabaseTarget,
  { signal, log }: { signal: AbortSignal; log: ProcessLog },
): Promise<void> {
  const settings = readSettings();
  const hook = toHook(settings);
  if (hook === null) return;
  const place: HookPlace = {
    database: readDatabaseAddress(target.connectionString).name,
    origin: settings.TIDEMARK_PUBLIC_ORIGIN ?? null,
    blockedMs: settings.TIDEMARK_WEBHOOK_BLOCKED_MS,
  };
  let lastTrouble = "";
  while (!signal.aborted) {
    try {
      await tellNews(target, { hook, place, log, signal });
      lastTrouble = "";
    } catch (err) {
      // The database is away, or the console's tables are not there yet: said once, looked for again.
      if (String(err) !== lastTrouble) log.debug({ err }, "The journal cannot be read for the webhook");
      lastTrouble = String(err);
    }
    await delay(LOOK_INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}

/** A webhook: where it is and what signs for us there. */
export interface Hook {
  url: URL;
  secret: string;
}

function toHook({ TIDEMARK_WEBHOOK_URL: url, TIDEMARK_WEBHOOK_SECRET: secret }: Settings): Hook | null {
  return url === undefined || secret === undefined ? null : { url: new URL(url), secret };
}

interface Telling {
  hook: Hook;
  place: HookPlace;
  log: ProcessLog;
  signal: AbortSignal;
}

/** Notices what is new and sends what is due, one after the other. */
export async function tellNews(target: DatabaseTarget, { hook, place, log, signal }: Telling): Promise<void> {
  await withPooledClient(target, (client) => noticeHookEvents(client, place));
  const pool = sharedPool(target);
  while (!signal.aborted) {
    const due = await takeDelivery(pool);
    if (due === null) return;
    const problem = await send(hook, due, signal);
    await settle(pool, due, problem);
    await tell(pool, { hook, due, problem, log });
  }
}

/** A delivery that this process is at. */
interface Delivery {
  key: string;
  event: string;
  run_id: number | null;
  body: object;
  /** This one included. */
  attempts: number;
}

/** Moved on before it is tried, so that no other process tries it meanwhile, and it comes again should this one die. */
async function takeDelivery(pool: pg.Pool): Promise<Delivery | null> {
  const { rows } = await pool.query<Delivery>(
    `update tidemark.hook_deliveries
     set attempts = attempts + 1,
         next_attempt_at = clock_timestamp()
           + make_interval(secs => least($1 * 2.0 ^ attempts, $2) * (0.75 + random() / 2))
     where key = (
       select key from tidemark.hook_deliveries
       where delivered_at is null and given_up_at is null and next_attempt_at <= clock_timestamp()
       order by next_attempt_at limit 1 for update skip locked)
     returning key, event, run_id::float8 as run_id, body, attempts`,
    [FIRST_PAUSE_S + ANSWER_TIMEOUT_MS / 1_000, LONGEST_PAUSE_S],
  );
  return rows[0] ?? null;
}

/** Sends one event; null when it was taken, else why not, without anything of the address. */
async function send(
  { url, secret }: Hook,
  { key, event, body }: Delivery,
  signal: AbortSignal,
): Promise<string | null> {
  const text = JSON.stringify(body);
  const at = Math.floor(Date.now() / 1_000);
  try {
    const answer = await fetch(url, {
      method: "POST",
      // Whoever is told may not send what was meant for them elsewhere.
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      headers: {
        "Content-Type": "application/json",
        "User-Agent": "tidemark",
        "Tidemark-Event": event,
        "Tidemark-Delivery": key,
        "Tidemark-Signature": signHook(text, at, secret),
      },
      body: text,
    });
    await answer.body?.cancel();
    return answer.ok ? null : `HTTP ${answer.status}`;
  } catch (cause) {
    const { code, name } = ((cause as { cause?: unknown }).cause ?? cause) as { code?: string; name?: string };
    return code ?? name ?? "no answer";
  }
}

/** `t=<seconds since 1970>,v1=<HMAC-SHA256 in hexadecimal>` over `<seconds>.<body>`: the time is signed, too. Pure. */
export function signHook(body: string, atSeconds: number, secret: string): string {
  const digest = createHmac("sha256", secret).update(`${atSeconds}.${body}`).digest("hex");
  return `t=${atSeconds},v1=${digest}`;
}

async function settle(pool: pg.Pool, { key, attempts }: Delivery, problem: string | null): Promise<void> {
  await pool.query(
    `update tidemark.hook_deliveries
     set delivered_at = case when $2::text is null then clock_timestamp() end,
         given_up_at = case when $2::text is not null and $3 then clock_timestamp() end,
         last_error = $2
     where key = $1`,
    [key, problem, attempts >= MOST_ATTEMPTS],
  );
}

/** The log of the run has what became of it, in the end; that of the process each try that failed. */
async function tell(
  pool: pg.Pool,
  { hook, due, problem, log }: { hook: Hook; due: Delivery; problem: string | null; log: ProcessLog },
): Promise<void> {
  const { host } = hook.url;
  const fields = {
    event: due.event,
    delivery: due.key,
    attempts: due.attempts,
    ...(due.run_id === null ? {} : { runId: due.run_id }),
  };
  const isGivenUp = problem !== null && due.attempts >= MOST_ATTEMPTS;
  if (problem === null) log.info(fields, `Told the webhook ${host}`);
  else log.warn({ ...fields, problem }, `The webhook ${host} was not told; ${isGivenUp ? "given up" : "trying again"}`);
  if (due.run_id === null || (problem !== null && !isGivenUp)) return;
  const message =
    problem === null
      ? `Told the webhook ${host}: ${due.event}`
      : `The webhook ${host} could not be told of ${due.event} in ${due.attempts} tries (${problem})`;
  await writeLine(pool, due.run_id, problem === null ? "info" : "warn", message);
}

/** The run may be claimed anew at the same moment: then its log is somebody else's, and the line is left out. */
async function writeLine(pool: pg.Pool, runId: number, level: "info" | "warn", message: string): Promise<void> {
  const { rows } = await pool.query<{ epoch: number }>("select epoch from tidemark.runs where id = $1", [runId]);
  const [run] = rows;
  if (run === undefined) return;
  await openLog(pool, { runId, epoch: run.epoch })
    .write({ level, phase: null, message })
    .catch(() => {});
}
