/** A request that was turned away before any page or action saw it. */
export interface RefusedRequest {
  method: string;
  path: string;
  address: string;
  reason: string;
}

/** Refusals kept until somebody takes them: a flood of forged requests fills neither memory nor the audit. */
const MOST_KEPT = 100;

interface Refusals {
  kept: RefusedRequest[];
  /** How many more there were. */
  dropped: number;
}

/** On globalThis because Next loads a module once per bundle, and the proxy is one of its own. */
const registry = globalThis as typeof globalThis & { tidemarkRefusals?: Refusals };

/** Keeps a refusal for whoever writes the audit. */
export function noteRefusedRequest(refused: RefusedRequest): void {
  registry.tidemarkRefusals ??= { kept: [], dropped: 0 };
  const refusals = registry.tidemarkRefusals;
  if (refusals.kept.length < MOST_KEPT) refusals.kept.push({ ...refused, path: refused.path.slice(0, 200) });
  else refusals.dropped += 1;
}

/** What was kept since the last call, and how many more there were. */
export function takeRefusedRequests(): { refused: RefusedRequest[]; dropped: number } {
  const { kept = [], dropped = 0 } = registry.tidemarkRefusals ?? {};
  registry.tidemarkRefusals = { kept: [], dropped: 0 };
  return { refused: kept, dropped };
}
