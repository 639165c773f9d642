"use server";

import { z } from "zod";
import { asOperator } from "@/app/actions/operator";
import { type Answer, speed, workers } from "@/lib/contract";
import {
  cancelRun as cancel,
  pauseRun as pause,
  resumeRun as resume,
  setRunSpeed as setSpeed,
  startRun,
} from "@/lib/migration";
import { demandRole } from "@/lib/queries/access";
import type { DatabaseTarget } from "@/lib/queries/answers";

const runRef = z.object({ runId: z.number().int().positive() });
const speedChange = runRef.extend({ speed, workers: workers.optional() });
const migration = z.object({
  speed,
  until: z.iso.datetime().nullable(),
  recreatedDependents: z.array(z.string().max(300)).max(100),
});

/**
 * Queues a migration. A second press finds the first one active, and is told which run that is. To drop views of others
 * and make them again is an admin's to decide.
 */
export async function runMigration(input: unknown): Promise<Answer<{ runId: number }>> {
  return asOperator("operator", { action: "run-migration", rate: "start" }, async (target, session) => {
    const { speed, until, recreatedDependents } = migration.parse(input);
    if (recreatedDependents.length > 0) demandRole(session, "admin");
    const window = until === null ? {} : { until };
    return startRun(target, { kind: "migrate", startedBy: session.email, speed, recreatedDependents, ...window });
  });
}

/** Queues a catch-up: snapshots for sessions that ingest wrote after the sweep passed. */
export async function catchUp(): Promise<Answer<{ runId: number }>> {
  return asOperator("operator", { action: "catch-up", rate: "start" }, (target, { email }) =>
    startRun(target, { kind: "catch-up", startedBy: email }),
  );
}

/** Asks a run to hold between two batches. */
export async function pauseRun(input: unknown): Promise<Answer<{ runId: number }>> {
  return steer("pause", input, pause);
}

/** Lets a paused run go on, or puts an interrupted one back into the queue: same id, same log. */
export async function resumeRun(input: unknown): Promise<Answer<{ runId: number }>> {
  return steer("resume", input, resume);
}

/** Ends a run: what it has done stays done. */
export async function cancelRun(input: unknown): Promise<Answer<{ runId: number }>> {
  return steer("cancel", input, cancel);
}

/** Changes the pace of a run; it follows with its next batch. */
export async function setRunSpeed(input: unknown): Promise<Answer<{ runId: number }>> {
  return asOperator("operator", { action: "set-speed", rate: "steer" }, async (target, _session, note) => {
    const change = speedChange.parse(input);
    note({ runId: change.runId });
    return setSpeed(target, change.runId, change.speed, change.workers);
  });
}

/** Asks something of the run that `input` names. */
function steer(
  action: string,
  input: unknown,
  ask: (target: DatabaseTarget, runId: number) => Promise<{ runId: number }>,
): Promise<Answer<{ runId: number }>> {
  return asOperator("operator", { action, rate: "steer" }, async (target, _session, note) => {
    const { runId } = runRef.parse(input);
    note({ runId });
    return ask(target, runId);
  });
}
