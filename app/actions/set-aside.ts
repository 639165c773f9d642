"use server";

import { asOperator } from "@/app/actions/operator";
import type { Answer } from "@/lib/contract";
import { startRun } from "@/lib/migration";

/** Queues a catch-up that reads the sessions with values set aside again, after the operator mended the data. */
export async function retrySetAside(): Promise<Answer<{ runId: number }>> {
  return asOperator("operator", { action: "retry-set-aside", rate: "start" }, (target, { email }) =>
    startRun(target, { kind: "catch-up", startedBy: email, retriesSetAside: true }),
  );
}
