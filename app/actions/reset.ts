"use server";

import { z } from "zod";
import { asOperator } from "@/app/actions/operator";
import { digestConfirmation } from "@/lib/audit/audited";
import type { OfferedReset } from "@/lib/client/actions";
import type { Answer } from "@/lib/contract";
import { issueResetToken, previewReset as preview, startReset } from "@/lib/migration";

const confirmation = z.object({
  confirm: z.string().max(200),
  token: z.string().max(200),
  expect: z.string().max(200),
  dropsDependents: z.boolean(),
});

/**
 * What a reset would drop now, dependents of others included, with a token that binds a confirmation to exactly that, for
 * five minutes. That those may go too has to be ticked as well.
 */
export async function previewReset(): Promise<Answer<OfferedReset>> {
  return asOperator("admin", { action: "preview-reset", rate: "reset" }, async (target) => {
    const previewed = await preview(target, { dropsDependents: true });
    const token = await issueResetToken(target, previewed.hash);
    return { preview: previewed, token, offeredAt: new Date().toISOString() };
  });
}

/** Queues the reset that was previewed. Name and tick are judged here, on the server; it takes a fresh password. */
export async function confirmReset(input: unknown): Promise<Answer<{ runId: number }>> {
  const asked = { action: "reset", rate: "reset", needsConfirmation: true } as const;
  return asOperator("admin", asked, async (target, { email }, note) => {
    const confirmed = confirmation.parse(input);
    note({ confirmation: digestConfirmation(confirmed.confirm) });
    return startReset(target, { ...confirmed, startedBy: email });
  });
}
