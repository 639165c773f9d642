import type { Answer, BlockerPreview } from "@/lib/contract";

/** What becomes of a session in the way: its statement is cancelled, or the session ends. */
export type BlockerEnd = "cancel" | "terminate";

/** The server actions about a session in the way of a run, handed down by the page. */
export interface BlockerActions {
  preview(input: { runId: number; pid: number }): Promise<Answer<BlockerPreview>>;
  end(input: { runId: number; pid: number; connectedAt: string; how: BlockerEnd }): Promise<Answer<{ pid: number }>>;
}

/** Why its statement cannot be cancelled, or null. Pure. */
export function whyNotCancel({ state }: Pick<BlockerPreview, "state">): string | null {
  if (state === "active") return null;
  return `It is ${state ?? "in an unknown state"}: no statement is under way that could be cancelled.`;
}

/** What terminating costs: `everything it did since 02:45:31 UTC …`. Pure. */
export function toLossText({ since, state }: Pick<BlockerPreview, "since" | "state">): string {
  const isOpen = state === null || state === "active" || state.startsWith("idle in transaction");
  if (!isOpen) return "The connection ends. No transaction is open in it.";
  const from = since === null ? "" : `, open since ${since.slice(11, 19)} UTC,`;
  return `The connection ends and its transaction${from} rolls back: what it wrote in it is lost, and its application has to do that again.`;
}
