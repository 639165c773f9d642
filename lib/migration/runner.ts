import type pg from "pg";
import type { RunEvent, RunKind } from "@/lib/contract";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import type { RunOptions } from "@/lib/db/console-schema";
import { sqlstateOf } from "@/lib/db/database-error";
import { inspect } from "@/lib/inspection/inspection";
import { refuseIneligible } from "@/lib/migration/eligibility";
import { executeClaimed, type RunOutcome } from "@/lib/migration/execution";
import { claimRun, insertRun, markLostRuns, requeueRun } from "@/lib/migration/journal";
import { releaseRunLock, tryRunLock } from "@/lib/migration/lock";
import { hasLostRun, readActiveRun, readNewestRun } from "@/lib/migration/run-records";
import { RefusalError } from "@/lib/refusal";

/** What an operator asks for. */
export interface RunRequest extends RunOptions {
  kind: Exclude<RunKind, "verify">;
  /** `web` or `cli`. */
  startedBy: string;
}

/** Marks a run whose process went away, so that it can be resumed; waits for nobody. */
export async function settleLostRuns(target: DatabaseTarget): Promise<void> {
  await withClient(target, settle);
}

async function settle(client: pg.Client): Promise<void> {
  // Taken only where there is something to mark: whoever starts a run meanwhile would find the lock held by nobody.
  if (!(await hasLostRun(client)) || !(await tryRunLock(client))) return;
  await markLostRuns(client);
  await releaseRunLock(client);
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
    await settle(client);
    return { runId: await enqueue(client, request) };
  });
}

/**
 * Puts an interrupted run back into the queue.
 *
 * @throws {RefusalError} `not-eligible` when it is not interrupted any more, `active-run` when another run holds the database.
 */
export async function resumeRun(target: DatabaseTarget, runId: number): Promise<{ runId: number }> {
  return withClient(target, async (client) => {
    await settle(client);
    const isQueued = await refusingActive(client, () => requeueRun(client, runId));
    if (isQueued) return { runId };
    throw new RefusalError(
      "not-eligible",
      `Run ${runId} is not interrupted.`,
      "Reload the page: its state has moved on.",
    );
  });
}

/**
 * Executes a run in this process from claim to end, telling each event to `onEvent` after it was stored.
 *
 * @throws {RefusalError} before `run-started` only.
 */
export async function runToEnd(
  target: DatabaseTarget,
  request: RunRequest & { signal: AbortSignal; onEvent: (event: RunEvent) => void },
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
export async function runQueued(target: DatabaseTarget, runId: number, signal: AbortSignal): Promise<boolean> {
  return withClient(
    target,
    async (client) => {
      if (!(await tryRunLock(client))) return false;
      await markLostRuns(client);
      await requeueRun(client, runId);
      const run = await claimRun(client, runId);
      if (run === null) return false;
      await executeClaimed(target, client, run, { signal, onEvent: () => {} });
      return true;
    },
    "tidemark run",
  );
}

async function prepare(client: pg.Client, target: DatabaseTarget, request: RunRequest): Promise<void> {
  const inspection = await inspect(client, target.schema);
  refuseIneligible(inspection, { kind: request.kind, options: toOptions(request) });
  await migrateConsoleSchema(client);
}

function toOptions({ isStrict, previewHash }: RunRequest): RunOptions {
  return { ...(isStrict === undefined ? {} : { isStrict }), ...(previewHash === undefined ? {} : { previewHash }) };
}

async function enqueue(client: pg.Client, request: RunRequest): Promise<number> {
  const newest = await readNewestRun(client);
  const isContinued = newest?.status === "interrupted" && newest.kind === request.kind && request.kind !== "reset";
  if (isContinued && (await refusingActive(client, () => requeueRun(client, newest.id)))) return newest.id;
  return refusingActive(client, () =>
    insertRun(client, { kind: request.kind, startedBy: request.startedBy, options: toOptions(request) }),
  );
}

/** Turns the clash with the one active run into a refusal that names it. */
async function refusingActive<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = sqlstateOf(cause) ?? sqlstateOf((cause as { cause?: unknown }).cause);
    throw code === "23505" ? await refuseActive(client) : cause;
  }
}

async function refuseActive(client: pg.Client): Promise<RefusalError> {
  const active = await readActiveRun(client).catch(() => null);
  const who =
    active === null ? "" : `: run ${active.id} (${active.kind}), started by ${active.startedBy} at ${active.startedAt}`;
  return new RefusalError(
    "active-run",
    `Another run is active on this database${who}.`,
    "Follow it, or start again when it has ended.",
    {
      ...(active === null ? {} : { activeRun: active }),
    },
  );
}
