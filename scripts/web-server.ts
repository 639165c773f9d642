import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const ROOT = path.resolve(import.meta.dirname, "..");

/** How long a server may take to answer, or to stop, in milliseconds. */
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

/** Characters of its output that are kept. */
const OUTPUT_KEPT = 20_000;

/** The console as an operator starts it: the production build in a process of its own. */
export interface WebServer {
  url: string;
  /** Its process. */
  pid: number | undefined;
  /** Resolves with the exit code when the process has ended, for whatever reason. */
  ended: Promise<number | null>;
  /** The end of what it printed so far. */
  output(): string;
  /** Asks it to stop as a service manager would; kills it if it does not. */
  stop(): Promise<void>;
}

/**
 * Starts the production build on 127.0.0.1 and waits until it answers.
 *
 * @param environment Settings of the console, added to those of this process.
 * @throws {Error} with the server's last output when it ends or stays silent.
 */
export async function openWebServer(
  port: number,
  environment: Record<string, string>,
  options: { isSilent?: boolean } = {},
): Promise<WebServer> {
  // Node directly: `npm run` does not pass on SIGTERM and would leave an orphan.
  const child = spawn(process.execPath, [path.join(ROOT, "dist/tidemark.mjs"), "web"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      TIDEMARK_HOST: "127.0.0.1",
      PORT: String(port),
      ...environment,
    },
  });
  const ended = once(child, "exit").then(([code]: (number | null)[]) => code ?? null);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      output = (output + String(text)).slice(-OUTPUT_KEPT);
      if (!options.isSilent) process.stderr.write(text);
    });
  }

  async function stop(): Promise<void> {
    child.kill("SIGTERM");
    const timeout = wait(STOP_TIMEOUT_MS, "late" as const, { ref: false });
    if ((await Promise.race([ended, timeout])) === "late") child.kill("SIGKILL");
    await ended;
  }

  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isThere(url))) {
    if (child.exitCode === null && child.signalCode === null && Date.now() < deadline) continue;
    await stop();
    throw new Error(`The web server did not start: ${output.trim()}`);
  }
  return { url, pid: child.pid, ended, output: () => output, stop };
}

/** Whether it answers; with a public origin it turns away whoever asks under another name. */
async function isThere(url: string): Promise<boolean> {
  try {
    const { status } = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(5_000) });
    return status === 200 || status === 403;
  } catch {
    await wait(100);
    return false;
  }
}
