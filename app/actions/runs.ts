"use server";

import { z } from "zod";
import { asOperator, STARTED_BY } from "@/app/actions/operator";
import type { Answer } from "@/lib/contract";
import { resumeRun as resume, startRun } from "@/lib/migration";

const runRef = z.object({ runId: z.number().int().positive() });

/** Queues a migration. A second press finds the first one active, and is told which run that is. */
export async function runMigration(): Promise<Answer<{ runId: number }>> {
  return asOperator((target) => startRun(target, { kind: "migrate", startedBy: STARTED_BY }));
}

/** Queues a catch-up: snapshots for sessions that ingest wrote after the sweep passed. */
export async function catchUp(): Promise<Answer<{ runId: number }>> {
  return asOperator((target) => startRun(target, { kind: "catch-up", startedBy: STARTED_BY }));
}

/** Puts an interrupted run back into the queue: same id, same log. */
export async function resumeRun(input: unknown): Promise<Answer<{ runId: number }>> {
  const { runId } = runRef.parse(input);
  return asOperator((target) => resume(target, runId));
}
