import { setTimeout as delay } from "node:timers/promises";
import { write } from "@/lib/audit/audited";
import type { DatabaseTarget } from "@/lib/db/client";
import { takeRefusedRequests } from "@/lib/http/refused-requests";

/** How often refused requests are written down, in milliseconds: with their bound, also how many a second at most. */
const INTERVAL_MS = 2_000;

/** Writes down the requests that were turned away, until `signal` aborts. */
export async function auditRefusedRequests(target: DatabaseTarget, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await delay(INTERVAL_MS, undefined, { signal }).catch(() => {});
    const { refused, dropped } = takeRefusedRequests();
    for (const { method, path, address, reason, who } of refused) {
      await write(target, {
        actor: who?.email ?? "unknown",
        role: who?.role ?? null,
        address,
        action: "request",
        outcome: "refused",
        detail: `${method} ${path}: ${reason}`,
      });
    }
    if (dropped === 0) continue;
    const detail = `${dropped} more requests were turned away`;
    await write(target, { actor: "unknown", action: "request", outcome: "refused", detail });
  }
}
