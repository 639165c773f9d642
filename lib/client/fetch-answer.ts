import type { Answer, Refusal } from "@/lib/contract";

/**
 * Reads a route of the console, whose answers have the shapes of the contract: the server that sent this page wrote them,
 * so that nothing but their being there is looked at again.
 *
 * @throws {TypeError} when the console itself does not answer, {Error} when it answers with neither value nor refusal.
 */
export async function fetchAnswer<T extends object>(path: string, signal: AbortSignal): Promise<Answer<T>> {
  const response = await fetch(path, { signal, headers: { accept: "application/json" }, cache: "no-store" });
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && typeof body === "object" && body !== null) return { ok: true, value: body as T };
  if (isRefusal(body)) return { ok: false, refusal: body.error };
  throw new Error(`${path} answered ${response.status}`);
}

function isRefusal(body: unknown): body is Refusal {
  const error: Partial<Refusal["error"]> | undefined = (body as Partial<Refusal> | null)?.error;
  return typeof error?.code === "string" && typeof error.message === "string" && typeof error.remedy === "string";
}
