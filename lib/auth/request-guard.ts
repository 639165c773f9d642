import type { Settings } from "@/lib/env";

/** What the guard looks at. Header values as sent; null where the header is missing. */
export interface GuardedRequest {
  method: string;
  host: string | null;
  origin: string | null;
  fetchSite: string | null;
}

type GuardSettings = Pick<Settings, "PORT" | "TIDEMARK_PUBLIC_ORIGIN">;

/** Methods that change nothing. Source: RFC 9110, 9.2.1. */
const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/**
 * Why a request is turned away, or null. Pure. A Host that is not ours is refused whatever the method (DNS rebinding);
 * a request that changes something must come from our own origin: a missing, `null` or foreign Origin is refused.
 * Compares with the configuration only, never with forwarded headers.
 */
export function refuseRequest(request: GuardedRequest, settings: GuardSettings): string | null {
  const origins = ownOrigins(settings);
  const hosts = origins.map((origin) => new URL(origin).host);
  if (request.host === null || !hosts.includes(request.host.toLowerCase())) {
    return "This Host is not served here. Set TIDEMARK_PUBLIC_ORIGIN to the address under which browsers reach the console.";
  }
  if (SAFE_METHODS.includes(request.method)) return null;
  const isOwnSite = request.fetchSite === null || ["same-origin", "none"].includes(request.fetchSite);
  if (request.origin === null || !origins.includes(request.origin) || !isOwnSite) {
    return "This request does not come from the console's own pages.";
  }
  return null;
}

/**
 * Whether a request is one of a monitoring system that names the server by its own address: it shows a token, which no page that was
 * led astray could know, and is judged by that alone. Pure.
 */
export function isForMachines(request: { method: string; path: string; authorization: string | null }): boolean {
  const { method, path, authorization } = request;
  return SAFE_METHODS.includes(method) && path === "/api/metrics" && /^Bearer \S/i.test(authorization ?? "");
}

/** Where browsers reach the console: the public origin alone where one is configured, else this machine's three names. */
export function ownOrigins({ PORT: port, TIDEMARK_PUBLIC_ORIGIN: publicOrigin }: GuardSettings): string[] {
  if (publicOrigin !== undefined) return [new URL(publicOrigin).origin];
  return ["127.0.0.1", "localhost", "[::1]"].map((name) => new URL(`http://${name}:${port}`).origin);
}
