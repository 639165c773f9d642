import type { Answer } from "@/lib/contract";

type Contract = typeof import("@/lib/contract");

/**
 * Reads a route of the console. The shapes are loaded with the first call: a page is shown without them.
 *
 * @param pick the shape of the value.
 * @throws {TypeError} when the console itself does not answer, {Error} when it answers with neither value nor refusal.
 */
export async function fetchAnswer<T>(
  path: string,
  pick: (contract: Contract) => { parse(input: unknown): T },
  signal: AbortSignal,
): Promise<Answer<T>> {
  const [response, contract] = await Promise.all([
    fetch(path, { signal, headers: { accept: "application/json" }, cache: "no-store" }),
    import("@/lib/contract"),
  ]);
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return { ok: true, value: pick(contract).parse(body) };
  const refused = contract.refusal.safeParse(body);
  if (refused.success) return { ok: false, refusal: refused.data.error };
  throw new Error(`${path} answered ${response.status}`);
}
