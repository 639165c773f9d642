import type pg from "pg";
import { type DatabaseTarget, openPool, readDatabaseAddress, toUnreachable } from "@/lib/db/client";
import { isConnectionLoss } from "@/lib/db/connection-loss";
import { severClient } from "@/lib/db/sever";
import { RefusalError } from "@/lib/refusal";

/** A pool whose connections can be cut. */
export interface SeverablePool {
  pool: pg.Pool;
  /** Cuts every connection: nothing answers there any more. Whoever asks next gets a new one. */
  sever(): void;
}

/** Opens a pool of its own; the caller ends it. */
export function openSeverablePool(target: DatabaseTarget, max: number): SeverablePool {
  const pool = openPool(target, { max, applicationName: "tidemark" });
  const clients = new Set<pg.ClientBase>();
  pool.on("connect", (client) => clients.add(client));
  pool.on("remove", (client) => clients.delete(client));
  return {
    pool,
    sever() {
      for (const client of clients) severClient(client);
    },
  };
}

/** Pools of this process by connection string, on globalThis because Next loads a module once per bundle. */
const registry = globalThis as typeof globalThis & { tidemarkPools?: Map<string, pg.Pool> };

/** The pool of this process for short reads; runs, locks and streams take connections of their own. */
export function sharedPool(target: DatabaseTarget): pg.Pool {
  registry.tidemarkPools ??= new Map();
  const known = registry.tidemarkPools.get(target.connectionString);
  if (known !== undefined) return known;
  const pool = openPool(target, { max: 6, applicationName: "tidemark" });
  registry.tidemarkPools.set(target.connectionString, pool);
  return pool;
}

/** The same database under the role of what only reads, where there is one. */
export function readTargetOf(target: DatabaseTarget): DatabaseTarget {
  const { readConnectionString, schema } = target;
  return readConnectionString === undefined ? target : { connectionString: readConnectionString, schema };
}

/** Whose rights count where the read-only role looks; undefined where whoever looks would also act. */
export function actingRoleOf({ connectionString, readConnectionString }: DatabaseTarget): string | undefined {
  return readConnectionString === undefined ? undefined : readDatabaseAddress(connectionString).user;
}

/**
 * Runs `work`, which only reads, on a pooled connection: under the read-only role where there is one.
 *
 * @throws {RefusalError} `unreachable` with cause and remedy when no connection can be had, `not-eligible` where that
 *   role may not read what has to be read.
 */
export async function withReadClient<T>(
  target: DatabaseTarget,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const { readConnectionString: url } = target;
  if (url === undefined) return withPooledClient(target, work);
  try {
    return await withPooledClient(readTargetOf(target), work);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== "42501") throw cause;
    throw new RefusalError(
      "not-eligible",
      `Role ${readDatabaseAddress(url).user} of TIDEMARK_READ_DATABASE_URL may not read everything that is shown (42501).`,
      "docs/security.md has the grants of a role that only reads.",
      { cause },
    );
  }
}

/**
 * Runs `work` on a pooled connection.
 *
 * @throws {RefusalError} `unreachable` with cause and remedy when no connection can be had, or it is lost meanwhile.
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
  } catch (cause) {
    // A server that shuts down takes connections along that are at work, or were idle and are believed to be there.
    throw isConnectionLoss(cause) ? toUnreachable(target, cause) : cause;
  } finally {
    client.off("error", noteBroken);
    client.release(broken);
  }
}

/** Ends every pool of this process; the next use opens a new one. */
export async function closePools(): Promise<void> {
  const pools = [...(registry.tidemarkPools?.values() ?? [])];
  registry.tidemarkPools?.clear();
  await Promise.all(pools.map((pool) => pool.end()));
}
