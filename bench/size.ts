import { setTimeout as wait } from "node:timers/promises";
import { compareWithReference, saveReference } from "@/bench/compare";
import { measureConsole } from "@/bench/console";
import { describeData } from "@/bench/data";
import { runFloor } from "@/bench/floor";
import { meterDisk } from "@/bench/meter";
import { type BenchOptions, roundsAt } from "@/bench/options";
import { measureReads } from "@/bench/reads";
import { runReference } from "@/bench/reference";
import type { Migration, SizeResult, Stalls } from "@/bench/results";
import type { BenchServer } from "@/bench/server";
import { runTidemark } from "@/bench/tidemark";
import { startWriter } from "@/bench/writer";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { inspect } from "@/lib/inspection/inspection";
import { forecastStorage, readStorageFacts } from "@/lib/migration/preflight/forecast";

/** What the measures of all sizes need. */
export interface Bench {
  server: BenchServer;
  options: BenchOptions;
  /** The command line in one file. */
  tidemark: string;
  /** Does a measure; one that fails is said and counted, and gives null. */
  attempt<T>(what: string, measure: () => Promise<T>): Promise<T | null>;
}

/** How long the writer is watched with nothing beside it, in milliseconds. */
const IDLE_MS = 15_000;

/** Takes every measure at one size. The console is measured at the largest only. */
export async function benchSize(bench: Bench, sessions: number): Promise<SizeResult> {
  const { server, options } = bench;
  const rounds = roundsAt(sessions, options);
  const template = `bench_${sessions}`;
  const data = await describeData(server, template, { sessions, layout: options.layout, addresses: options.addresses });
  const byWorkers = () => new Map(options.workers.map((workers): [number, Migration[]] => [workers, []]));
  const result: SizeResult = {
    ...{ sessions, rounds, data, reference: [], floor: byWorkers(), tidemark: byWorkers() },
    ...{ compared: null, reads: null, stalls: null, console: null },
  };
  const workers = Math.max(...options.workers);
  if (options.only.includes("seconds")) {
    for (let round = 1; round <= rounds; round += 1) await benchRound(bench, template, { result, round });
  }
  if (options.only.includes("stalls")) {
    result.stalls = await onCopy(bench, template, `${sessions} sessions, writer`, (target) =>
      measureStalls(bench, target, workers),
    );
  }
  if (options.only.includes("web") && sessions === options.sessions.at(-1)) {
    result.console = await onCopy(bench, template, `${sessions} sessions, console`, (target) =>
      measureConsole(target, workers),
    );
  }
  await server.drop(server.target(template));
  return result;
}

/** All strategies once, one after the other; in the first round what they computed is compared. */
async function benchRound(
  bench: Bench,
  template: string,
  { result, round }: { result: SizeResult; round: number },
): Promise<void> {
  const { options, server } = bench;
  const label = (name: string) => `${result.sessions} sessions, round ${round}, ${name}`;
  const reference = await onCopy(bench, template, label("reference"), async (target) => {
    result.reference.push(said(label("reference"), await meterReference(target)));
    return round === 1 ? saveReference(target, server.home) : null;
  });
  for (const workers of options.workers) {
    const floor = label(`floor, ${workers}`);
    await onCopy(bench, template, floor, async (target) => {
      result.floor.get(workers)?.push(said(floor, await meterFloor(target, workers)));
    });
    const tidemark = label(`tidemark, ${workers}`);
    await onCopy(bench, template, tidemark, async (target) => {
      result.tidemark.get(workers)?.push(said(tidemark, await meterTidemark(bench.tidemark, target, workers)));
      if (round > 1) return;
      if (reference !== null) {
        result.compared = await bench.attempt(`${tidemark}, comparison`, () => compareWithReference(target, reference));
      }
      result.reads = await bench.attempt(`${tidemark}, reads`, () => measureReads(target));
    });
  }
}

/** Does `work` on a fresh copy, which goes afterwards whatever happens. */
async function onCopy<T>(
  { server, attempt }: Bench,
  template: string,
  what: string,
  work: (target: DatabaseTarget) => Promise<T>,
): Promise<T | null> {
  return attempt(what, async () => {
    const target = await server.copy(template);
    try {
      return await work(target);
    } finally {
      await server.drop(target);
    }
  });
}

function said(what: string, migration: Migration): Migration {
  console.log(`${what}: ${migration.seconds.toFixed(1)} s`);
  return migration;
}

async function meterReference(target: DatabaseTarget): Promise<Migration> {
  const { result, disk } = await meterDisk(target, () => runReference(target));
  const { seconds, steps } = result;
  // The table that the transaction writes anew is not seen by others before its end.
  return { seconds, parts: steps, disk: { ...disk, tablePeak: null }, memory: null, forecast: null };
}

async function meterFloor(target: DatabaseTarget, workers: number): Promise<Migration> {
  const { result, disk } = await meterDisk(target, () => runFloor(target, workers));
  return { seconds: result, parts: {}, disk, memory: null, forecast: null };
}

async function meterTidemark(file: string, target: DatabaseTarget, workers: number): Promise<Migration> {
  const forecast = await withClient(target, async (client) => {
    const inspection = await inspect(client, target.schema);
    return forecastStorage(inspection, await readStorageFacts(client, inspection));
  });
  const { result, disk } = await meterDisk(target, () => runTidemark(file, target, workers));
  const { seconds, processSeconds, phases, memory } = result;
  const parts = { ...phases, "start and end of the process": processSeconds - seconds };
  const { growth, walWritten } = forecast;
  return { seconds, parts, disk, memory, forecast: { growth, walWritten } };
}

async function measureStalls({ tidemark }: Bench, target: DatabaseTarget, workers: number): Promise<Stalls> {
  const alone = startWriter(target);
  await wait(IDLE_MS);
  const idle = await alone.stop();
  const writer = startWriter(target);
  try {
    const { seconds, slowdowns } = await runTidemark(tidemark, target, workers);
    return { idle, beside: await writer.stop(), workers, seconds, slowdowns };
  } catch (cause) {
    await writer.stop().catch(() => {});
    throw cause;
  }
}
