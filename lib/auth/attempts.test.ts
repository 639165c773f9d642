import { expect, onTestFinished, test } from "vitest";
import {
  ACCOUNT_ATTEMPTS,
  ADDRESS_ATTEMPTS,
  countAttempt,
  forgetAttempts,
  isFirstUse,
  TooManyAttemptsError,
} from "@/lib/auth/attempts";
import { openPool } from "@/lib/db/client";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { aDatabase } from "@/lib/testing/database";

/** Two servers on one database. */
async function twoServers() {
  const database = await aDatabase();
  await migrateConsoleSchema(await database.client());
  const pools = [openPool(database.target), openPool(database.target)] as const;
  onTestFinished(async () => void (await Promise.all(pools.map((pool) => pool.end()))));
  return { database, pools };
}

const outcome = (cause: unknown) =>
  cause instanceof TooManyAttemptsError ? (cause.isFirst ? "first" : "more") : cause;

test("S11: of many attempts at once on two servers as many are looked at as the limit says, and one is the first too many", async () => {
  const { database, pools } = await twoServers();
  const attempts = Array.from({ length: 20 }, (_, n) =>
    countAttempt(pools[n % 2 === 0 ? 0 : 1], { account: "Anna@example.org ", address: `192.0.2.${n}` }).then(
      () => "looked at",
      outcome,
    ),
  );
  const outcomes = await Promise.all(attempts);
  const count = (kind: string) => outcomes.filter((one) => one === kind).length;
  expect([count("looked at"), count("first"), count("more")]).toEqual([ACCOUNT_ATTEMPTS, 1, 20 - ACCOUNT_ATTEMPTS - 1]);
  // Who it was is not kept: it may have been a password.
  const kept = await database.query("select key from tidemark.action_rates where key like 'account%'");
  expect(kept).toHaveLength(1);
  expect(JSON.stringify(kept)).not.toMatch(/anna/i);

  await forgetAttempts(pools[1], "anna@example.org");
  await countAttempt(pools[0], { account: "anna@example.org", address: "192.0.2.99" });
});

test("S11: attempts from one address are limited whatever they name", async () => {
  const { pools } = await twoServers();
  const address = "192.0.2.1";
  const name = (n: number) => (n % 3 === 0 ? null : `operator${n}@example.org`);
  for (let n = 0; n < ADDRESS_ATTEMPTS; n += 1) await countAttempt(pools[0], { account: name(n), address });
  await expect(countAttempt(pools[1], { account: null, address })).rejects.toThrow(TooManyAttemptsError);
  await countAttempt(pools[1], { account: null, address: "192.0.2.2" });
});

test("S13: a code is good once, on whichever server and however many send it at once", async () => {
  const { database, pools } = await twoServers();
  const use = (n: number) => isFirstUse(pools[n % 2 === 0 ? 0 : 1], { operatorId: "anna", code: "123456" });
  const uses = await Promise.all([0, 1, 2, 3].map(use));
  expect(uses.filter((isFirst) => isFirst)).toHaveLength(1);
  expect(await isFirstUse(pools[0], { operatorId: "ben", code: "123456" })).toBe(true);
  expect(JSON.stringify(await database.query("select key from tidemark.action_rates"))).not.toContain("123456");
});
