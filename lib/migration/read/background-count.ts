import type { DatabaseTarget } from "@/lib/db/client";

/** A count that failed is tried again after so long, in milliseconds: whoever waits for it asks every moment. */
const RETRY_AFTER_MS = 60_000;

/**
 * Counts under way in this process (null) and when others failed, by name and database; on globalThis because Next loads
 * a module once per bundle.
 */
const registry = globalThis as typeof globalThis & { tidemarkCounts?: Map<string, number | null> };

/**
 * Starts `count` behind the answer in hand, unless it is under way already or failed a moment ago. The page keeps what it
 * has, with its age; the cause of a failure is on every page that asks the database itself.
 *
 * @returns whether it is under way now.
 */
export function countInBackground(target: DatabaseTarget, name: string, count: () => Promise<unknown>): boolean {
  registry.tidemarkCounts ??= new Map();
  const counts = registry.tidemarkCounts;
  const key = `${name} ${target.schema} ${target.connectionString}`;
  const failedAt = counts.get(key);
  if (failedAt === null) return true;
  if (failedAt !== undefined && performance.now() - failedAt < RETRY_AFTER_MS) return false;
  counts.set(key, null);
  void count().then(
    () => counts.delete(key),
    () => counts.set(key, performance.now()),
  );
  return true;
}
