import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import type { DatabaseTarget } from "@/lib/db/client";
import { sharedPool } from "@/lib/db/pool";
import { RefusalError } from "@/lib/refusal";

/** How often a minute one operator may do something of a kind. */
export const RATES = {
  /** Begin a run. */
  start: 20,
  /** Look at what a reset would drop, and confirm it. */
  reset: 12,
  /** Pause, resume, cancel, change the speed of a run. */
  steer: 120,
} as const;
export type Rate = keyof typeof RATES;

const PER_SECONDS = 60;

/** Limiters of this process by connection string, on globalThis because Next loads a module once per bundle. */
const registry = globalThis as typeof globalThis & { tidemarkRates?: Map<string, RateLimiterPostgres> };

/**
 * Counts that `who` does something of this kind: in the database, so that all web servers of a console count together.
 * Without the console's tables there each process counts for itself.
 *
 * @throws {RefusalError} `too-many` with the seconds to wait; nothing was done.
 */
export async function limitRate(target: DatabaseTarget, rate: Rate, who: string): Promise<void> {
  try {
    await limiterOf(target, rate).consume(who);
  } catch (cause) {
    if (!(cause instanceof RateLimiterRes)) throw cause;
    throw new RefusalError(
      "too-many",
      `More than ${RATES[rate]} of these a minute.`,
      `Try again in ${Math.ceil(cause.msBeforeNext / 1_000)} s.`,
    );
  }
}

function limiterOf(target: DatabaseTarget, rate: Rate): RateLimiterPostgres {
  registry.tidemarkRates ??= new Map();
  const key = `${target.connectionString} ${rate}`;
  const known = registry.tidemarkRates.get(key);
  if (known !== undefined) return known;
  const limit = { points: RATES[rate], duration: PER_SECONDS, keyPrefix: rate };
  const limiter = new RateLimiterPostgres({
    ...limit,
    storeClient: sharedPool(target),
    schemaName: "tidemark",
    tableName: "action_rates",
    tableCreated: true,
    clearExpiredByTimeout: true,
    insuranceLimiter: new RateLimiterMemory(limit),
  });
  registry.tidemarkRates.set(key, limiter);
  return limiter;
}
