import { type NextRequest, NextResponse } from "next/server";
import { readClientAddress } from "@/lib/auth/client-address";
import { isForMachines, refuseRequest } from "@/lib/auth/request-guard";
import { ConfigurationError, readSettings, type Settings } from "@/lib/env";
import { refuseBody } from "@/lib/http/body-limit";
import { noteRefusedRequest } from "@/lib/http/refused-requests";
import { NO_PAGE_POLICY, pagePolicy, securityHeaders } from "@/lib/http/security-headers";

/** Stands before everything, static files included: Host, Origin and size first, then the security headers. */
export function proxy(request: NextRequest): Response {
  const { settings, problem } = readGuardSettings();
  if (settings === null) return answer(500, problem);
  const refusal = isForMachines(toProbe(request)) ? null : refuseRequest(toGuarded(request), settings);
  if (refusal !== null) return refuse(request, settings, 403, refusal);
  const status = refuseBody({ method: request.method, length: request.headers.get("content-length") });
  if (status !== null) return refuse(request, settings, status, TOO_LONG);

  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const isPage = !request.nextUrl.pathname.startsWith("/api/");
  const policy = isPage ? pagePolicy(nonce, process.env.NODE_ENV === "development") : NO_PAGE_POLICY;
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  // Where to go on after a sign-in; a layout is not told.
  headers.set("x-path", `${request.nextUrl.pathname}${request.nextUrl.search}`);
  // Next reads the nonce for its own scripts out of this request header.
  headers.set("content-security-policy", policy);
  return withHeaders(NextResponse.next({ request: { headers } }), settings, policy);
}

const TOO_LONG = "The body of this request is too long, or does not say how long it is.";

function refuse(request: NextRequest, settings: Settings, status: number, reason: string): Response {
  const { method, headers, nextUrl } = request;
  const address = readClientAddress(headers, settings.TIDEMARK_TRUSTED_PROXIES);
  noteRefusedRequest({ method, path: nextUrl.pathname, address, reason });
  return answer(status, reason, settings);
}

function answer(status: number, text: string, settings: Settings | null = null): Response {
  return withHeaders(new Response(`${text}\n`, { status }), settings, NO_PAGE_POLICY);
}

function withHeaders(response: Response, settings: Settings | null, policy: string): Response {
  for (const [name, value] of Object.entries(securityHeaders(settings?.TIDEMARK_PUBLIC_ORIGIN, policy))) {
    response.headers.set(name, value);
  }
  return response;
}

function toGuarded({ method, headers }: NextRequest) {
  const read = (name: string) => headers.get(name);
  return { method, host: read("host"), origin: read("origin"), fetchSite: read("sec-fetch-site") };
}

function toProbe({ method, nextUrl, headers }: NextRequest) {
  return { method, path: nextUrl.pathname, authorization: headers.get("authorization") };
}

function readGuardSettings(): { settings: Settings; problem: null } | { settings: null; problem: string } {
  try {
    return { settings: readSettings(), problem: null };
  } catch (cause) {
    if (!(cause instanceof ConfigurationError)) throw cause;
    return { settings: null, problem: `${cause.message} ${cause.remedy}` };
  }
}
