import "server-only";
import { headers } from "next/headers";
import { AUTH_PATH, type Auth, createAuth } from "@/lib/auth/auth";
import { ownOrigins } from "@/lib/auth/request-guard";
import { readSecret } from "@/lib/auth/secret";
import { sharedPool } from "@/lib/db/pool";
import { readSettings } from "@/lib/env";
import { currentAddress } from "@/lib/queries/access";
import { currentTarget } from "@/lib/queries/service";

/** On globalThis because Next loads a module once per bundle. */
const registry = globalThis as typeof globalThis & { tidemarkAuth?: Promise<Auth> };

/**
 * better-auth on the database of this console; made with the first sign-in.
 *
 * @throws {RefusalError} where the database is not found or no secret can be kept.
 */
function currentAuth(): Promise<Auth> {
  registry.tidemarkAuth ??= openAuth().catch((cause: unknown) => {
    delete registry.tidemarkAuth;
    throw cause;
  });
  return registry.tidemarkAuth;
}

async function openAuth(): Promise<Auth> {
  const settings = readSettings();
  return createAuth(sharedPool(await currentTarget()), await readSecret(settings), settings);
}

/**
 * Asks better-auth through its handler for what this request wants, with its cookies and its true address, and only with
 * the `body` given: what else was sent is not passed on.
 */
export async function askAuth(path: string, body?: unknown): Promise<Response> {
  const auth = await currentAuth();
  const sent = await headers();
  const [origin = ""] = ownOrigins(readSettings());
  const passed = {
    cookie: sent.get("cookie") ?? "",
    "user-agent": (sent.get("user-agent") ?? "").slice(0, 300),
    "x-forwarded-for": await currentAddress(),
    origin,
  };
  return auth.handler(
    new Request(`${origin}${AUTH_PATH}${path}`, {
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      headers: body === undefined ? passed : { ...passed, "content-type": "application/json" },
    }),
  );
}

/** An answer of ours with the cookies of `from`: better-auth's own answers carry the session token, which no script sees. */
export function withCookiesOf(from: Response, value: object): Response {
  const answer = Response.json(value, { headers: { "Cache-Control": "no-store" } });
  for (const cookie of from.headers.getSetCookie()) answer.headers.append("Set-Cookie", cookie);
  return answer;
}
