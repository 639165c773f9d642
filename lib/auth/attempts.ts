import type pg from "pg";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { digestOf } from "@/lib/auth/digest";
import { RefusalError } from "@/lib/refusal";

/** Attempts in a quarter of an hour: at one account from anywhere, and from one address at any account. */
export const ACCOUNT_ATTEMPTS = 10;
export const ADDRESS_ATTEMPTS = 100;
const WINDOW_SECONDS = 15 * 60;

/** An attempt to sign in, to confirm, or to use a link. */
export interface Attempt {
  /** Null where none is named. */
  account: string | null;
  address: string;
}

/** Too many attempts; says for how many seconds none is looked at. */
export class TooManyAttemptsError extends RefusalError {
  readonly seconds: number;
  /** The first one beyond the limit; what follows says nothing new. */
  readonly isFirst: boolean;

  constructor(seconds: number, isFirst: boolean) {
    const minutes = Math.ceil(seconds / 60);
    const wait = minutes === 1 ? "a minute" : `${minutes} minutes`;
    super(
      "too-many",
      "Too many attempts.",
      `Try again in ${wait}, or set a new password: tidemark operator reset-password`,
    );
    this.seconds = seconds;
    this.isFirst = isFirst;
  }
}

/**
 * Counts an attempt before it is looked at, in the database: any number of servers count together, and of many attempts at
 * once none gets in before it is counted.
 *
 * @throws {TooManyAttemptsError} when one of the two limits is reached.
 */
export async function countAttempt(pool: pg.Pool, { account, address }: Attempt): Promise<void> {
  const { ofAccount, ofAddress } = limitersOf(pool);
  await consume(ofAddress, address);
  if (account !== null) await consume(ofAccount, accountKey(account));
}

/** Forgets the attempts at an account, after one that was right or a new password. */
export async function forgetAttempts(pool: pg.Pool, account: string): Promise<void> {
  await limitersOf(pool).ofAccount.delete(accountKey(account));
}

/** How long a code of an app may be good at most, in seconds: its half minute, and those around it. */
const CODE_SECONDS = 120;

/** Whether an operator's code is given for the first time; from now on it is not. Source: OWASP ASVS 5.0, 6.5.1. */
export async function isFirstUse(pool: pg.Pool, { operatorId, code }: { operatorId: string; code: string }) {
  const limiter = new RateLimiterPostgres({
    ...optionsOf(pool),
    keyPrefix: "code",
    points: 1,
    duration: CODE_SECONDS,
  });
  const used = await limiter.consume(digestOf(`${operatorId} ${code}`)).catch((cause: unknown) => {
    if (cause instanceof RateLimiterRes) return null;
    throw cause;
  });
  return used !== null;
}

/** Somebody may type a password where the address goes: neither is kept as it is. */
const accountKey = (account: string) => digestOf(account.trim().toLowerCase());

async function consume(limiter: RateLimiterPostgres, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (cause) {
    if (!(cause instanceof RateLimiterRes)) throw cause;
    const seconds = Math.max(1, Math.ceil(cause.msBeforeNext / 1_000));
    throw new TooManyAttemptsError(seconds, cause.consumedPoints === limiter.points + 1);
  }
}

function optionsOf(pool: pg.Pool) {
  return {
    storeClient: pool,
    storeType: "pool",
    schemaName: "tidemark",
    tableName: "action_rates",
    tableCreated: true,
    clearExpiredByTimeout: false,
  };
}

function limitersOf(pool: pg.Pool) {
  const options = { ...optionsOf(pool), duration: WINDOW_SECONDS };
  return {
    ofAccount: new RateLimiterPostgres({ ...options, keyPrefix: "account", points: ACCOUNT_ATTEMPTS }),
    ofAddress: new RateLimiterPostgres({ ...options, keyPrefix: "address", points: ADDRESS_ATTEMPTS }),
  };
}
