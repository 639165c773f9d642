import { expect, onTestFinished, test, vi } from "vitest";
import { inspect } from "@/lib/inspection/inspection";
import {
  describeForecast,
  forecastStorage,
  readStorageFacts,
  type StorageFacts,
} from "@/lib/migration/preflight/forecast";
import { aCowrieDatabase } from "@/lib/testing/database";
import { aDeclaredDatabase } from "@/lib/testing/declared-database";

const MB = 1024 ** 2;

const facts: StorageFacts = {
  heapBytes: 900 * MB,
  toastBytes: 2_500 * MB,
  indexBytes: 100 * MB,
  maxWalBytes: 1_024 * MB,
  sortMemoryBytes: 64 * MB,
  keepsWal: false,
  isApart: false,
  free: null,
};

/** A v15 database as it would look with a million sessions. */
async function aMillion() {
  const inspection = await inspect(await (await aCowrieDatabase()).client(), "public");
  return { ...inspection, estimates: { ...inspection.estimates, sessions: 1_000_000 } };
}

test("a first run takes 1.2 times heap and indexes, a document an address, bounded WAL, and no sort that fits in memory", async () => {
  const forecast = forecastStorage(await aMillion(), facts);
  expect(forecast.growth).toBe(1_200 * MB);
  // 200,000 addresses, 3,565 bytes a document and 500 a row.
  expect(Math.round(forecast.inventories / MB)).toBe(775);
  expect(forecast.wal).toBe(1_024 * MB);
  expect(forecast.walWritten).toBe(900 * MB + forecast.growth + forecast.inventories);
  expect(forecast.temp).toBe(0);
  expect(forecast.needed).toBe(forecast.growth + forecast.inventories + forecast.wal);
});

test("the line says how much WAL is written in all only where less than that is kept", async () => {
  const inspection = await aMillion();
  const say = (more: Partial<StorageFacts>) =>
    describeForecast(forecastStorage(inspection, { ...facts, ...more }), facts);
  expect(say({})).toContain("WAL 1,024 MB kept at once, 2,876 MB written in all); ");
  expect(say({ keepsWal: true })).toContain("WAL 2,876 MB); ");
});

test("WAL is kept whole for an archive or a slot, a sort that does not fit is a file, another disk holds the table alone", async () => {
  const inspection = await aMillion();
  const kept = forecastStorage(inspection, { ...facts, keepsWal: true, sortMemoryBytes: 4 * MB });
  expect(kept.wal).toBe(kept.walWritten);
  expect(kept.temp).toBe(64_000_000);
  expect(forecastStorage(inspection, { ...facts, isApart: true }).needed).toBe(1_200 * MB);
});

test("only what is still open is counted, addresses by statistics where there are some", async () => {
  const inspection = await aMillion();
  const half = { ...inspection, estimates: { ...inspection.estimates, openFraction: 0.5, distinctIps: 10_000 } };
  const forecast = forecastStorage(half, facts);
  expect(forecast.growth).toBe(600 * MB);
  expect(Math.round(forecast.inventories / MB)).toBe(19);
  const done = { ...inspection, estimates: { ...inspection.estimates, openFraction: 0 } };
  expect(forecastStorage(done, facts)).toMatchObject({ growth: 0, inventories: 0, wal: 0, temp: 0, needed: 0 });
});

test("free space is that of the server's own file system where it is this machine, and the stated one before that", async () => {
  const database = await aDeclaredDatabase();
  const client = await database.client();
  const inspection = await inspect(client, "public");
  const seen = await readStorageFacts(client, inspection);
  expect(seen.free).toMatchObject({ bytes: expect.any(Number), source: expect.stringMatching(/^file system of \//) });
  expect(seen.free?.bytes).toBeGreaterThan(0);

  vi.stubEnv("TIDEMARK_DISK_FREE_BYTES", "5000000");
  onTestFinished(() => void vi.unstubAllEnvs());
  const stated = await readStorageFacts(client, inspection);
  expect(stated.free).toEqual({ bytes: 5_000_000, source: "TIDEMARK_DISK_FREE_BYTES" });
});

test("a role that may not see the data folder is told that free space is not known", async () => {
  const database = await aCowrieDatabase();
  const role = `plain_${new URL(database.target.connectionString).pathname.slice(-8)}`;
  await database.query(`create role ${role}`);
  const client = await database.client();
  const inspection = await inspect(client, "public");
  await client.query(`set role ${role}`);
  const seen = await readStorageFacts(client, inspection);
  expect(seen.free).toBeNull();
  expect(describeForecast(forecastStorage(inspection, seen), seen)).toContain("set TIDEMARK_DISK_FREE_BYTES");
});
