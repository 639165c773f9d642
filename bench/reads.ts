import { percentile, type Spread, spread } from "@/bench/statistics";
import type { DatabaseTarget } from "@/lib/db/client";
import { closePools } from "@/lib/db/pool";
import { countCoverage, readCoverage, readStatus } from "@/lib/migration";

/** How long a read took, in milliseconds. */
export interface ReadTimes {
  /** The very first, nothing warm. */
  first: number;
  warm: Spread;
  p95: number;
}

const WARM_READS = 20;

/** Times a read: once as it comes, then warm. */
export async function timeReads(read: () => Promise<unknown>): Promise<ReadTimes> {
  const time = async () => {
    const startedAt = performance.now();
    await read();
    return performance.now() - startedAt;
  };
  const first = await time();
  const times: number[] = [];
  for (let index = 0; index < WARM_READS; index += 1) times.push(await time());
  return { first, warm: spread(times), p95: percentile(times, 0.95) };
}

/** What pages and commands read, timed in this process on a migrated database. */
export interface InProcessReads {
  status: ReadTimes;
  /** As kept by the run. */
  coverage: ReadTimes;
  /** Counted anew, which pages leave to the background, in milliseconds. */
  countedCoverage: number;
}

export async function measureReads(target: DatabaseTarget): Promise<InProcessReads> {
  try {
    const status = await timeReads(() => readStatus(target));
    const coverage = await timeReads(() => readCoverage(target));
    const startedAt = performance.now();
    await countCoverage(target);
    return { status, coverage, countedCoverage: performance.now() - startedAt };
  } finally {
    // The database is dropped next.
    await closePools();
  }
}
