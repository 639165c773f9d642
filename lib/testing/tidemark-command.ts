import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import type { Readable } from "node:stream";
import { inject, onTestFinished, vi } from "vitest";
import { executeCommandLine } from "@/lib/cli/command-line";
import { closePools } from "@/lib/db/pool";
import { aStream } from "@/lib/testing/captured-stream";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** What a finished command left: both streams whole, and its exit code. */
export interface Finished {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** A running `tidemark` command. */
export interface Tidemark {
  process: ChildProcess;
  finished: Promise<Finished>;
  /** Resolves once stdout holds `text`; rejects if the command ends before. */
  prints(text: string): Promise<void>;
  /** The same for stderr. */
  says(text: string): Promise<void>;
}

/** Starts `tidemark` as a process of its own, with no setting but `environment`; it is ended with the test. */
export function startTidemark(args: string[], environment: Record<string, string> = {}): Tidemark {
  const child = spawn(process.execPath, [inject("tidemarkFile"), ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment } as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));

  let stdout = "";
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const finished = new Promise<Finished>((resolve) => {
    child.once("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });

  const holds = (stream: Readable, read: () => string, text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (read().includes(text)) resolve();
      };
      stream.on("data", look);
      child.once("close", () => reject(new Error(`Ended without ${text}:\n${stdout}\n${stderr}`)));
      look();
    });
  return {
    process: child,
    finished,
    prints: (text) => holds(child.stdout, () => stdout, text),
    says: (text) => holds(child.stderr, () => stderr, text),
  };
}

/** Executes a command in this process, which spares a second a time. */
export async function executeTidemark(args: string[], environment: Record<string, string> = {}): Promise<Finished> {
  for (const name of Object.keys(process.env)) {
    if (name === "DATABASE_URL" || name === "PORT" || name.startsWith("TIDEMARK_")) vi.stubEnv(name, undefined);
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const [stdout, stderr] = [aStream(), aStream()];
  const never = new AbortController().signal;
  const interruption = { signal: never, urgent: never, beforeForcedExit: () => {} };
  try {
    const exitCode = await executeCommandLine(args, { stdout, stderr, interruption });
    return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    vi.unstubAllEnvs();
    await closePools();
  }
}

/** Runs `tidemark` to its end, as a process of its own. */
export function runTidemark(args: string[], environment: Record<string, string> = {}): Promise<Finished> {
  return startTidemark(args, environment).finished;
}
