import { isSomebodyThere } from "@/lib/client/activity";
import type { Answer, Refusal } from "@/lib/contract";

/**
 * Reads a route of the console, or with a `body` asks something of it. Its answers have the shapes of the contract: the
 * server that sent this page wrote them, so that nothing but their being there is looked at again. Whoever is not signed
 * in any more is led to where that is done, and from there back.
 *
 * @throws {TypeError} when the console itself does not answer, {Error} when it answers with neither value nor refusal.
 */
export async function fetchAnswer<T extends object>(
  path: string,
  signal: AbortSignal,
  body?: object,
): Promise<Answer<T>> {
  const response = await fetch(path, {
    signal,
    headers: {
      accept: "application/json",
      ...(isSomebodyThere() ? { "tidemark-active": "1" } : {}),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    cache: "no-store",
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && typeof answer === "object" && answer !== null) return { ok: true, value: answer as T };
  if (!isRefusal(answer)) throw new Error(`${path} answered ${response.status}`);
  if (answer.error.code === "unauthenticated" && body === undefined) leaveForSignIn();
  return { ok: false, refusal: answer.error };
}

function leaveForSignIn(): void {
  const { pathname, search, hash } = window.location;
  window.location.replace(`/sign-in?next=${encodeURIComponent(`${pathname}${search}${hash}`)}`);
}

function isRefusal(body: unknown): body is Refusal {
  const error: Partial<Refusal["error"]> | undefined = (body as Partial<Refusal> | null)?.error;
  return typeof error?.code === "string" && typeof error.message === "string" && typeof error.remedy === "string";
}
