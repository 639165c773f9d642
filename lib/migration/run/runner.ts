import type pg from "pg";
import type { RunEvent, RunKind, Speed } from "@/lib/contract";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import type { RunOptions } from "@/lib/db/console-schema";
import { checkDirect } from "@/lib/inspection/direct";
import { inspect } from "@/lib/inspection/inspection";
import { refuseIneligible } from "@/lib/migration/preflight/eligibility";
import { executeClaimed, type Interruption, type RunOutcome } from "@/lib/migration/run/execution";
import { claimRun, insertRun, markLostRuns, requeueRun } from "@/lib/migration/run/journal";
import { tryRunLock } from "@/lib/migration/run/lock";
import { settleLost } from "@/lib/migration/run/lost-runs";
import { refuseActive, refusingActive } from "@/lib/migration/run/refuse-active";
import { readNewestRun } from "@/lib/migration/run/run-records";

/** What an operator asks for. */
export interface RunRequest extends RunOptions {
  kind: Exclude<RunKind, "verify">;
  /** `web` or `cli`. */
  startedBy: string;
  /** Default `normal`. */
  speed?: Speed;
  /** End of the maintenance window, at which the run pauses by itself, as ISO 8601. */
  until?: string;
}

/**
 * Journals a run for a worker to execute and gives its id at once. Where the newest run of that kind was interrupted,
 * that one goes on: same id, same log.
 *
 * @throws {RefusalError} `unreachable`, `not-eligible`, or `active-run` with who and since when; nothing was touched.
 */
export async function startRun(target: DatabaseTarget, request: RunRequest): Promise<{ runId: number }> {
  return withClient(target, async (client) => {
    await prepare(client, target, request);
    await settleLost(client);
    return { runId: await enqueue(client, request) };
  });
}

/**
 * Executes a run in this process from claim to end, telling each event to `onEvent` after it was stored.
 *
 * @throws {RefusalError} before `run-started` only.
 */
export async function runToEnd(
  target: DatabaseTarget,
  request: RunRequest & Interruption & { onEvent: (event: RunEvent) => void },
): Promise<RunOutcome> {
  return withClient(
    target,
    async (client) => {
      await prepare(client, target, request);
      if (!(await tryRunLock(client))) throw await refuseActive(client);
      await markLostRuns(client);
      const run = await claimRun(client, await enqueue(client, request));
      if (run === null) throw await refuseActive(client);
      return executeClaimed(target, client, run, request);
    },
    "tidemark run",
  );
}

/**
 * Takes a queued run over to this process and executes it; false when another process holds the lock or has taken it.
 */
export async function runQueued(
  target: DatabaseTarget,
  runId: number,
  { signal, onEvent }: { signal: AbortSignal; onEvent: (event: RunEvent) => void },
): Promise<boolean> {
  return withClient(
    target,
    async (client) => {
      if (!(await tryRunLock(client))) return false;
      await markLostRuns(client);
      await requeueRun(client, runId, { keepsWish: true });
      const run = await claimRun(client, runId);
      if (run === null) return false;
      await executeClaimed(target, client, run, { signal, onEvent });
      return true;
    },
    "tidemark run",
  );
}

/** How long a start waits for a table that somebody has locked, in milliseconds; then it is refused, naming them. */
const START_PATIENCE_MS = 5_000;

async function prepare(client: pg.Client, target: DatabaseTarget, request: RunRequest): Promise<void> {
  const refusal = await checkDirect(client);
  if (refusal !== null) throw refusal;
  const inspection = await inspect(client, target.schema, { patienceMs: START_PATIENCE_MS, keepsPlan: true });
  refuseIneligible(inspection, { kind: request.kind, options: toOptions(request) });
  await migrateConsoleSchema(client);
}

/** The part of a request that is journalled as it is; what was left out stays out. */
function toOptions(request: RunRequest): RunOptions {
  const { isStrict, previewHash, droppedDependents, recreatedDependents, retriesSetAside, isDeep } = request;
  const options = { isStrict, previewHash, droppedDependents, recreatedDependents, retriesSetAside, isDeep };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

async function enqueue(client: pg.Client, request: RunRequest): Promise<number> {
  const newest = await readNewestRun(client);
  const isContinued = newest?.status === "interrupted" && newest.kind === request.kind && request.kind !== "reset";
  const pace = {
    ...(request.speed === undefined ? {} : { speed: request.speed }),
    ...(request.until === undefined ? {} : { until: new Date(request.until) }),
  };
  if (isContinued && (await refusingActive(client, () => requeueRun(client, newest.id, pace)))) return newest.id;
  return refusingActive(client, () =>
    insertRun(client, { kind: request.kind, startedBy: request.startedBy, options: toOptions(request), ...pace }),
  );
}
