import { type NextRequest, NextResponse } from "next/server";
import { refuseRequest } from "@/lib/auth/request-guard";
import { ConfigurationError, readSettings, type Settings } from "@/lib/env";

/** Stands before everything, static files included: Host and Origin first, then the security headers. */
export function proxy(request: NextRequest): Response {
  const { settings, problem } = readGuardSettings();
  const refusal = settings === null ? problem : refuseRequest(toGuarded(request), settings);
  if (refusal !== null)
    return withSecurityHeaders(new Response(`${refusal}\n`, { status: settings ? 403 : 500 }), POLICY);

  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const policy = pagePolicy(nonce);
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  // Next reads the nonce for its own scripts out of this request header.
  headers.set("content-security-policy", policy);
  return withSecurityHeaders(NextResponse.next({ request: { headers } }), policy);
}

function toGuarded({ method, headers }: NextRequest) {
  const read = (name: string) => headers.get(name);
  return { method, host: read("host"), origin: read("origin"), fetchSite: read("sec-fetch-site") };
}

function readGuardSettings(): { settings: Settings; problem: null } | { settings: null; problem: string } {
  try {
    return { settings: readSettings(), problem: null };
  } catch (cause) {
    if (!(cause instanceof ConfigurationError)) throw cause;
    return { settings: null, problem: `${cause.message} ${cause.remedy}` };
  }
}

/** For answers without a page. Source: OWASP ASVS 5.0, 3.4.3 and 3.4.6. */
const POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/**
 * Scripts run with the nonce of this answer only. Style attributes carry the levels of gauges and bars, and nothing
 * that came from the database; style elements need the nonce as well.
 */
function pagePolicy(nonce: string): string {
  const isDevelopment = process.env.NODE_ENV === "development";
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function withSecurityHeaders(response: Response, policy: string): Response {
  response.headers.set("Content-Security-Policy", policy);
  response.headers.set("X-Frame-Options", "DENY");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Referrer-Policy", "no-referrer");
  response.headers.set("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.set("Cross-Origin-Resource-Policy", "same-origin");
  return response;
}
