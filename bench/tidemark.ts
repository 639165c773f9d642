import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { peakResidentBytes } from "@/bench/meter";
import { runEvent } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";

/** How a run of the command line went. */
export interface TidemarkRun {
  /** From claim to verdict, as the run itself says; the start of the process comes on top. */
  seconds: number;
  processSeconds: number;
  /** Seconds by phase; `preflight` is all before the first, `verdict` all after the last. */
  phases: Record<string, number>;
  /** Most memory that the process was resident with, in bytes; null where the system does not tell. */
  memory: number | null;
  /** Each time the sweep made room for others: what the log said. */
  slowdowns: string[];
}

/** How the line begins with which a sweep says that it makes room. */
const SLOWING = "Slowing down: ";

/** Processes that must not outlive the benchmark. */
const running = new Set<ReturnType<typeof spawn>>();

/** Ends what `runTidemark` has started. */
export function endTidemark(): void {
  for (const child of running) child.kill("SIGKILL");
}

/**
 * Migrates as an operator would: the command line, in a process of its own.
 *
 * @param file the command line in one file.
 * @throws {Error} with the run's own error when it does not succeed.
 */
export async function runTidemark(file: string, target: DatabaseTarget, workers: number): Promise<TidemarkRun> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [file, "migrate", "--json"], {
    env: { ...environment(), DATABASE_URL: target.connectionString, TIDEMARK_PARALLELISM: String(workers) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  try {
    const phases: Record<string, number> = {};
    let claimedAt = startedAt;
    const slowdowns: string[] = [];
    let lastPhaseAt: number | null = null;
    let memory: number | null = null;
    let run: TidemarkRun | null = null;
    for await (const line of createInterface({ input: child.stdout })) {
      const now = performance.now();
      memory = peakResidentBytes(child.pid) ?? memory;
      const event = runEvent.parse(JSON.parse(line));
      if (event.type === "run-started") claimedAt = now;
      if (event.type === "log" && event.message.startsWith(SLOWING))
        slowdowns.push(event.message.slice(SLOWING.length));
      if (event.type === "phase-started") phases.preflight ??= (now - claimedAt) / 1_000;
      if (event.type === "phase-finished") {
        phases[event.phase ?? "run"] = event.durationMs / 1_000;
        lastPhaseAt = now;
      }
      if (event.type !== "run-finished") continue;
      if (event.status !== "succeeded")
        throw new Error(`The run ended ${event.status}: ${JSON.stringify(event.error)}`);
      phases.verdict = (now - (lastPhaseAt ?? claimedAt)) / 1_000;
      run = { seconds: event.durationMs / 1_000, processSeconds: 0, phases, memory, slowdowns };
    }
    await ended;
    if (run === null) throw new Error(`The command ended with ${child.exitCode} and without a run.`);
    return { ...run, processSeconds: (performance.now() - startedAt) / 1_000 };
  } finally {
    running.delete(child);
    child.kill();
  }
}

/** Settings of the shell must not reach what is measured. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("TIDEMARK_"));
  return Object.fromEntries(own) as NodeJS.ProcessEnv;
}
