import { onTestFinished, vi } from "vitest";
import type { RunEvent } from "@/lib/contract";

/** Calls `react` with the run's id and the message at the first log line that holds `text`. */
export function at(text: string | RegExp, react: (runId: number, message: string) => unknown): (e: RunEvent) => void {
  let runId = 0;
  let isDone = false;
  return (event) => {
    if (event.type === "run-started") runId = event.runId;
    if (isDone || event.type !== "log" || event.message.search(text) < 0) return;
    isDone = true;
    react(runId, event.message);
  };
}

/** For `withSettings`: only what a test is about may slow its sweep down, however busy the machine. */
export const UNPRESSED = {
  TIDEMARK_WRITER_WAIT_MS: 0,
  TIDEMARK_COMMIT_MS: 0,
  TIDEMARK_WAL_BACKLOG_MB: 0,
  TIDEMARK_REPLICA_LAG_MS: 0,
  TIDEMARK_VACUUM_MS: 0,
};

/** Sets what a run of this test reads from the environment; undone with the test. */
export function withSettings(settings: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, String(value));
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** How long a soak goes on, in milliseconds: five minutes where TIDEMARK_SOAK is set, else `shortMs`. */
export const soakMs = (shortMs: number): number => (process.env.TIDEMARK_SOAK === "1" ? 300_000 : shortMs);
