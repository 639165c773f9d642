import type pg from "pg";
import { type DatabaseTarget, openPool, toUnreachable } from "@/lib/db/client";
import { severClient } from "@/lib/db/sever";

interface SharedPool {
  pool: pg.Pool;
  /** Connections that are open now. */
  clients: Set<pg.ClientBase>;
}

/** Pools of this process by connection string, on globalThis because Next loads a module once per bundle. */
const registry = globalThis as typeof globalThis & { tidemarkPools?: Map<string, SharedPool> };

/** The pool of this process for short reads and the journal; runs, locks and streams take connections of their own. */
export function sharedPool(target: DatabaseTarget): pg.Pool {
  registry.tidemarkPools ??= new Map();
  const known = registry.tidemarkPools.get(target.connectionString);
  if (known !== undefined) return known.pool;
  const pool = openPool(target, { max: 6, applicationName: "tidemark" });
  const clients = new Set<pg.ClientBase>();
  pool.on("connect", (client) => clients.add(client));
  pool.on("remove", (client) => clients.delete(client));
  registry.tidemarkPools.set(target.connectionString, { pool, clients });
  return pool;
}

/** Cuts every connection of the shared pool: nothing answers there any more. Whoever asks next gets a new one. */
export function severPool(target: DatabaseTarget): void {
  for (const client of registry.tidemarkPools?.get(target.connectionString)?.clients ?? []) severClient(client);
}

/**
 * Runs `work` on a pooled connection.
 *
 * @throws {RefusalError} `unreachable` with cause and remedy when no connection can be had.
 */
export async function withPooledClient<T>(
  target: DatabaseTarget,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await sharedPool(target)
    .connect()
    .catch((cause: unknown) => {
      throw toUnreachable(target, cause);
    });
  let broken = false;
  const noteBroken = () => {
    broken = true;
  };
  client.once("error", noteBroken);
  try {
    return await work(client);
  } finally {
    client.off("error", noteBroken);
    client.release(broken);
  }
}

/** Ends every pool of this process; the next use opens a new one. */
export async function closePools(): Promise<void> {
  const pools = [...(registry.tidemarkPools?.values() ?? [])];
  registry.tidemarkPools?.clear();
  await Promise.all(pools.map(({ pool }) => pool.end()));
}
