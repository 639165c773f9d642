import { type Answer, refusal } from "@/lib/contract";

/**
 * Reads a route of the console.
 *
 * @throws {TypeError} when the console itself does not answer, {Error} when it answers with neither value nor refusal.
 */
export async function fetchAnswer<T>(
  path: string,
  schema: { parse(input: unknown): T },
  signal: AbortSignal,
): Promise<Answer<T>> {
  const response = await fetch(path, { signal, headers: { accept: "application/json" }, cache: "no-store" });
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return { ok: true, value: schema.parse(body) };
  const refused = refusal.safeParse(body);
  if (refused.success) return { ok: false, refusal: refused.data.error };
  throw new Error(`${path} answered ${response.status}`);
}
