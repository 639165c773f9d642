import type { Role } from "@/lib/contract";

/** A request that was turned away. */
export interface RefusedRequest {
  method: string;
  path: string;
  /** Where it came from. */
  address: string;
  reason: string;
  /** Whose session it had; absent where nobody is known. */
  who?: { email: string; role: Role };
}

/** Refusals kept until somebody takes them: a flood of forged requests fills neither memory nor the audit. */
const MOST_KEPT = 100;

/** Of the looks of one session from one address, the first is kept in so many milliseconds; so many are told apart. */
const LOOK_INTERVAL_MS = 60_000;
const MOST_LOOKERS = 1_000;

interface Refusals {
  kept: RefusedRequest[];
  /** How many more there were. */
  dropped: number;
  /** When somebody's look was kept last, by session and address. */
  looks: Map<string, number>;
}

/** On globalThis because Next loads a module once per bundle, and the proxy is one of its own. */
const registry = globalThis as typeof globalThis & { tidemarkRefusals?: Refusals };

function refusals(): Refusals {
  registry.tidemarkRefusals ??= { kept: [], dropped: 0, looks: new Map() };
  return registry.tidemarkRefusals;
}

/** Keeps a refusal for whoever writes the audit: each change that was tried, and of looks the first of each minute. */
export function noteRefusedRequest(refused: RefusedRequest): void {
  const { kept } = refusals();
  if (["GET", "HEAD"].includes(refused.method) && !isFirstLook(refused)) return;
  if (kept.length < MOST_KEPT) kept.push({ ...refused, path: refused.path.slice(0, 200) });
  else refusals().dropped += 1;
}

function isFirstLook({ who, address }: RefusedRequest): boolean {
  const { looks } = refusals();
  const looker = `${who?.email ?? ""} ${address}`;
  const now = performance.now();
  if (now - (looks.get(looker) ?? Number.NEGATIVE_INFINITY) < LOOK_INTERVAL_MS) return false;
  // The oldest goes: whoever has a thousand addresses is not told apart.
  const [oldest] = looks.keys();
  if (looks.size >= MOST_LOOKERS && oldest !== undefined) looks.delete(oldest);
  looks.delete(looker);
  looks.set(looker, now);
  return true;
}

/** What was kept since the last call, and how many more there were. */
export function takeRefusedRequests(): { refused: RefusedRequest[]; dropped: number } {
  const { kept, dropped } = refusals();
  Object.assign(refusals(), { kept: [], dropped: 0 });
  return { refused: kept, dropped };
}
