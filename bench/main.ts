/** `npm run bench`: the whole migration against the reference strategy and the floor, on the same data in one run. */
import { availableParallelism, cpus, totalmem } from "node:os";
import { endConsole } from "@/bench/console";
import { type BenchOptions, readOptions, USAGE } from "@/bench/options";
import { renderSize, renderVerdicts } from "@/bench/render";
import { writeReport } from "@/bench/report";
import type { BenchResult } from "@/bench/results";
import { type BenchServer, openBenchServer, serverSettings } from "@/bench/server";
import { benchSize } from "@/bench/size";
import { endTidemark } from "@/bench/tidemark";
import { withClient } from "@/lib/db/client";
import { ensureBuild } from "@/scripts/production-build";
import { openTidemarkBundle } from "@/scripts/tidemark-bundle";

const options = parse();
if (options.help) {
  console.log(USAGE);
  process.exit();
}

const problems: string[] = [];
let isStopping = false;
let cleaning: Promise<void> | null = null;
const startedAt = new Date();
// Before anything is timed; the console is measured last, and would fail after half an hour.
if (options.only.includes("web") && !ensureBuild()) problems.push("The production build failed; its output is above.");
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());
const bundle = openTidemarkBundle();
const opening = openBenchServer(options.sessions.at(-1) ?? 0);

try {
  const server = await opening;
  const result = await describeRun(server);
  const bench = { server, options, tidemark: bundle.file, attempt };
  for (const sessions of options.sessions) {
    const size = await attempt(`${sessions} sessions`, () => benchSize(bench, sessions));
    if (size === null || isStopping) continue;
    result.sizes.push(size);
    result.finishedAt = new Date();
    console.log(`\n${renderSize(size)}\n`);
    // After every size: what comes later may fail.
    if (!options["no-report"]) writeReport(result);
  }
  if (!isStopping) console.log(renderVerdicts(result.sizes));
} finally {
  await cleanUp();
}
for (const problem of problems) console.error(`FAILED ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;

function parse(): BenchOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : cause);
    process.exit(2);
  }
}

async function attempt<T>(what: string, measure: () => Promise<T>): Promise<T | null> {
  if (isStopping) return null;
  try {
    return await measure();
  } catch (cause) {
    if (isStopping) return null;
    const problem = `${what}: ${cause instanceof Error ? cause.message : String(cause)}`;
    console.error(`FAILED ${problem}`);
    problems.push(problem);
    return null;
  }
}

async function describeRun({ target }: BenchServer): Promise<BenchResult> {
  const { rows } = await withClient(target("postgres"), (client) =>
    client.query<{ server: string }>("select current_setting('server_version') as server"),
  );
  const processor = cpus()[0]?.model.trim() ?? "unknown";
  return {
    ...{ startedAt, finishedAt: startedAt, layout: options.layout, settings: serverSettings(), sizes: [], problems },
    machine: {
      ...{ cores: availableParallelism(), memory: totalmem(), processor },
      ...{ server: rows[0]?.server ?? "unknown", node: process.version },
    },
  };
}

/** Ctrl-C: nothing stays behind. */
async function stop(): Promise<void> {
  // A terminal and npm may each send the signal.
  if (isStopping) return;
  isStopping = true;
  console.error("\nStopping; the database server and its data go.");
  await cleanUp();
  process.exit(130);
}

/** Once, whoever asks first. */
function cleanUp(): Promise<void> {
  cleaning ??= endEverything();
  return cleaning;
}

async function endEverything(): Promise<void> {
  endTidemark();
  await endConsole().catch(() => {});
  bundle.remove();
  await opening.then(
    (server) => server.remove(),
    () => {},
  );
}
