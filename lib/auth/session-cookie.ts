import type { Settings } from "@/lib/env";

type CookieSettings = Pick<Settings, "TIDEMARK_PUBLIC_ORIGIN">;

/**
 * How the cookies of a sign-in are named and sent. Under an https origin, browsers hold `__Host-` cookies to that very
 * host. Without one the console is reached from this machine only, over plain http, where Safari drops
 * every Secure cookie: there they are as strict, but not Secure.
 */
export function cookieOptions({ TIDEMARK_PUBLIC_ORIGIN: origin }: CookieSettings) {
  const isSecure = origin?.startsWith("https:") === true;
  return {
    prefix: isSecure ? "__Host-tidemark" : "tidemark",
    attributes: { secure: isSecure, httpOnly: true, sameSite: "strict", path: "/" },
  } as const;
}

/** Name of the cookie that holds the session token. */
function sessionCookieName(settings: CookieSettings): string {
  return `${cookieOptions(settings).prefix}.session_token`;
}

/**
 * The session token out of a Cookie header, or null. Its signature is not looked at: the token itself is random, and only
 * the database says whether it is one.
 */
export function readSessionToken(cookies: string | null, settings: CookieSettings): string | null {
  const start = `${sessionCookieName(settings)}=`;
  const cookie = cookies?.split("; ").find((one) => one.startsWith(start));
  const [token] = cookie?.slice(start.length).split(/[.%]/) ?? [];
  return token === undefined || token === "" ? null : token;
}
