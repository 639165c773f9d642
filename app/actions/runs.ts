"use server";

import { z } from "zod";
import { asOperator, STARTED_BY } from "@/app/actions/operator";
import { type Answer, speed, workers } from "@/lib/contract";
import {
  cancelRun as cancel,
  pauseRun as pause,
  resumeRun as resume,
  setRunSpeed as setSpeed,
  startRun,
} from "@/lib/migration";

const runRef = z.object({ runId: z.number().int().positive() });
const speedChange = runRef.extend({ speed, workers: workers.optional() });
const migration = z.object({
  speed,
  until: z.iso.datetime().nullable(),
  recreatedDependents: z.array(z.string().max(300)).max(100),
});

/** Queues a migration. A second press finds the first one active, and is told which run that is. */
export async function runMigration(input: unknown): Promise<Answer<{ runId: number }>> {
  const { speed, until, recreatedDependents } = migration.parse(input);
  const window = until === null ? {} : { until };
  return asOperator((target) =>
    startRun(target, { kind: "migrate", startedBy: STARTED_BY, speed, recreatedDependents, ...window }),
  );
}

/** Queues a catch-up: snapshots for sessions that ingest wrote after the sweep passed. */
export async function catchUp(): Promise<Answer<{ runId: number }>> {
  return asOperator((target) => startRun(target, { kind: "catch-up", startedBy: STARTED_BY }));
}

/** Asks a run to hold between two batches. */
export async function pauseRun(input: unknown): Promise<Answer<{ runId: number }>> {
  const { runId } = runRef.parse(input);
  return asOperator((target) => pause(target, runId));
}

/** Lets a paused run go on, or puts an interrupted one back into the queue: same id, same log. */
export async function resumeRun(input: unknown): Promise<Answer<{ runId: number }>> {
  const { runId } = runRef.parse(input);
  return asOperator((target) => resume(target, runId));
}

/** Ends a run: what it has done stays done. */
export async function cancelRun(input: unknown): Promise<Answer<{ runId: number }>> {
  const { runId } = runRef.parse(input);
  return asOperator((target) => cancel(target, runId));
}

/** Changes the pace of a run; it follows with its next batch. */
export async function setRunSpeed(input: unknown): Promise<Answer<{ runId: number }>> {
  const change = speedChange.parse(input);
  return asOperator((target) => setSpeed(target, change.runId, change.speed, change.workers));
}
