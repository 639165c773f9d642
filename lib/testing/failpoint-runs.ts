import { execFileSync } from "node:child_process";
import { expect } from "vitest";
import type { DatabaseTarget } from "@/lib/db/client";
import type { Failpoint } from "@/lib/migration/run/failpoints";
import { type Finished, runTidemark, startTidemark, type Tidemark } from "@/lib/testing/tidemark-command";

/** A place of a run: by name and how often it is passed (default the first time), or the n-th of all places. */
export type Place = Failpoint | `${Failpoint}@${number}` | `every@${number}`;

/** The settings under which a command works on `target`. */
export function environmentOf(target: DatabaseTarget): Record<string, string> {
  return { DATABASE_URL: target.connectionString, TIDEMARK_SCHEMA: target.schema };
}

/** How a command ended that was to die on its way. */
export interface DeadRun extends Finished {
  /** False: it never came to that place, and ended by itself. */
  isKilled: boolean;
}

/**
 * Runs a command in a process of its own that kills itself with SIGKILL at `place`, and waits for its end.
 *
 * @param args Default `migrate --json`.
 */
export async function runUntilKilled(
  target: DatabaseTarget,
  place: Place,
  args: string[] = ["migrate", "--json"],
  environment: Record<string, string> = {},
): Promise<DeadRun> {
  const tidemark = startTidemark(args, {
    ...environmentOf(target),
    ...environment,
    TIDEMARK_FAILPOINT: `${place}:kill`,
  });
  const finished = await tidemark.finished;
  return { ...finished, isKilled: tidemark.process.signalCode === "SIGKILL" };
}

/** Runs a command in a process of its own that freezes itself at `place`, and gives it back once it is frozen. */
export async function runUntilStopped(
  target: DatabaseTarget,
  place: Place,
  args: string[] = ["migrate", "--json"],
  environment: Record<string, string> = {},
): Promise<Tidemark> {
  const tidemark = startTidemark(args, {
    ...environmentOf(target),
    ...environment,
    TIDEMARK_FAILPOINT: `${place}:stop`,
  });
  await expect.poll(() => readProcessState(tidemark.process.pid ?? 0), { timeout: 30_000, interval: 20 }).toBe("T");
  return tidemark;
}

/** Runs `migrate` in a process of its own to the end, without any failpoint. */
export function migrateAgain(target: DatabaseTarget, environment: Record<string, string> = {}): Promise<Finished> {
  return runTidemark(["migrate", "--json"], { ...environmentOf(target), ...environment });
}

/** The state of a process as `ps` prints it, its first letter: T is stopped. */
function readProcessState(pid: number): string {
  try {
    return execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" })
      .trim()
      .slice(0, 1);
  } catch {
    return "";
  }
}
