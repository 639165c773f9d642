import { setTimeout as wait } from "node:timers/promises";
import { residentBytes, watchMemory } from "@/bench/meter";
import { type PageScripts, weighPages } from "@/bench/pages";
import { type ReadTimes, timeReads } from "@/bench/reads";
import { type LineTimes, watchRun } from "@/bench/viewers";
import { addFirstOperator } from "@/lib/auth/operators";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { findFreePort } from "@/lib/db/embedded-server";
import { startRun } from "@/lib/migration";
import { ensureBuild } from "@/scripts/production-build";
import { signIn } from "@/scripts/signed-in";
import { openWebServer } from "@/scripts/web-server";

/** The console, executing and showing a run. */
export interface ConsoleMeasures {
  lines: LineTimes;
  /** Resident memory in bytes; null where the system does not tell. */
  memory: { idle: number; peak: number } | null;
  status: ReadTimes;
  coverage: ReadTimes;
  pages: PageScripts[];
}

const VIEWERS = 20;

/** A server that has just started still puts its memory in order, in milliseconds. */
const SETTLING_MS = 5_000;

/** As whom its pages are asked for. */
const CREDENTIALS = { email: "bench@example.org", password: "twenty viewers at one run" };

/** Ends a server that must not outlive the benchmark. */
let endServer = async () => {};
export const endConsole = () => endServer();

/**
 * Starts the production build on a database at v15, lets it migrate before twenty viewers, and asks it for its pages.
 *
 * @throws {Error} when the build fails, the server does not start, or the run does not succeed.
 */
export async function measureConsole(target: DatabaseTarget, workers: number): Promise<ConsoleMeasures> {
  await withClient(target, async (client) => {
    await migrateConsoleSchema(client);
    await addFirstOperator(client, { ...CREDENTIALS, name: "Bench" });
  });
  if (!ensureBuild()) throw new Error("The production build failed; its output is above.");
  const settings = { DATABASE_URL: target.connectionString, TIDEMARK_PARALLELISM: String(workers) };
  const server = await openWebServer(await findFreePort(), settings, { isSilent: true });
  endServer = server.stop;
  try {
    const { url, pid } = server;
    const cookie = await signIn(url, CREDENTIALS);
    await wait(SETTLING_MS);
    const idle = residentBytes(pid);
    const memory = watchMemory(pid);
    const { runId } = await startRun(target, { kind: "migrate", startedBy: "web" });
    const [{ status: ending, ...lines }] = await Promise.all([
      watchRun(url, runId, { viewers: VIEWERS, cookie }),
      ...Array.from({ length: VIEWERS }, () => load(`${url}/runs/${runId}`, cookie)),
    ]);
    const peak = memory.stop();
    if (ending !== "succeeded") throw new Error(`The run of the web server ended ${ending}.`);
    return {
      lines,
      memory: idle === null || peak === null ? null : { idle, peak },
      status: await timeReads(() => load(`${url}/api/status`, cookie)),
      coverage: await timeReads(() => load(`${url}/api/coverage`, cookie)),
      pages: await weighPages(url, { runId, cookie }),
    };
  } finally {
    await server.stop();
  }
}

async function load(url: string, cookie: string): Promise<void> {
  const response = await fetch(url, { headers: { cookie } });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answers ${response.status}.`);
}
