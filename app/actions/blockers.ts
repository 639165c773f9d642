"use server";

import { z } from "zod";
import { asOperator } from "@/app/actions/operator";
import type { Answer, BlockerPreview } from "@/lib/contract";
import { endBlocker as end, previewBlocker as preview } from "@/lib/migration";

const session = z.object({
  runId: z.number().int().positive(),
  pid: z
    .number()
    .int()
    .positive()
    .max(2 ** 31 - 1),
});
const ending = session.extend({ connectedAt: z.string().max(64), how: z.enum(["cancel", "terminate"]) });

/** The session in the way of a run as it is right now, or why it is not ended from here. */
export async function previewBlocker(input: unknown): Promise<Answer<BlockerPreview>> {
  return asOperator("operator", { action: "preview-blocker", rate: "steer" }, async (target, _session, note) => {
    const { runId, pid } = session.parse(input);
    note({ runId, detail: `pid ${pid}` });
    return preview(target, { runId, pid });
  });
}

/** Ends the statement or the session that was previewed, if it is still that one and still in the way of the run. */
export async function endBlocker(input: unknown): Promise<Answer<{ pid: number }>> {
  const asked = { action: "end-blocker", rate: "steer", needsConfirmation: true } as const;
  return asOperator("admin", asked, async (target, _session, note) => {
    const request = ending.parse(input);
    note({ runId: request.runId, detail: `${request.how} pid ${request.pid}` });
    return end(target, request);
  });
}
