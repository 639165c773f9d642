import { subscribe } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";
import { ConfigurationError, readSettings } from "@/lib/env";
import { securityHeaders } from "@/lib/http/security-headers";

/** Done once a process, however often this module is loaded. */
const registry = globalThis as typeof globalThis & { tidemarkSetsHeaders?: boolean };

/**
 * From here on every answer of this process has the security headers before anybody looks at the request: also one that
 * never reaches the proxy, such as to an address that cannot be read. The proxy replaces the policy for pages.
 */
export function setHeadersEverywhere(): void {
  if (registry.tidemarkSetsHeaders === true) return;
  registry.tidemarkSetsHeaders = true;
  const headers = Object.entries(securityHeaders(readPublicOrigin()));
  subscribe("http.server.request.start", (message) => {
    const { response } = message as { response: ServerResponse };
    for (const [name, value] of headers) response.setHeader(name, value);
  });
}

function readPublicOrigin(): string | undefined {
  try {
    return readSettings().TIDEMARK_PUBLIC_ORIGIN;
  } catch (cause) {
    // Every answer says so instead.
    if (cause instanceof ConfigurationError) return undefined;
    throw cause;
  }
}
