import { fetchAnswer } from "@/lib/client/fetch-answer";
import type { Answer } from "@/lib/contract";

/** Where signing in and out is asked for. */
const ACCESS_PATH = "/api/auth";

/** Asks for something of signing in or out; a refusal says why not. Never throws. */
export async function askAccess<T extends object>(path: string, body: object = {}): Promise<Answer<T>> {
  try {
    return await fetchAnswer<T>(`${ACCESS_PATH}/${path}`, new AbortController().signal, body);
  } catch {
    return { ok: false, refusal: NO_ANSWER };
  }
}

const NO_ANSWER = {
  code: "unreachable",
  message: "The console did not answer.",
  remedy: "Try again in a moment.",
  activeRun: null,
} as const;

/** The page to go on to: one of this console, whatever an address says. */
export function toOwnPath(asked: string | null | undefined): string {
  if (asked == null || !asked.startsWith("/") || !URL.canParse(asked, HERE)) return "/";
  const url = new URL(asked, HERE);
  return url.origin === HERE ? `${url.pathname}${url.search}${url.hash}` : "/";
}

/** Any origin will do: what leads to another one is refused. */
const HERE = "http://console.invalid";
