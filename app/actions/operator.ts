import "server-only";
import { headers } from "next/headers";
import { refuseRequest } from "@/lib/auth/request-guard";
import type { Answer } from "@/lib/contract";
import { readSettings } from "@/lib/env";
import { answer, type DatabaseWork } from "@/lib/queries/answers";
import { RefusalError } from "@/lib/refusal";

/**
 * Does what an operator asked for, behind the request guard, and gives the result or the refusal. Every server action
 * goes through here: an action is reachable without its page.
 */
export async function asOperator<T>(work: DatabaseWork<T>): Promise<Answer<T>> {
  const sent = await headers();
  const refusal = refuseRequest(
    { method: "POST", host: sent.get("host"), origin: sent.get("origin"), fetchSite: sent.get("sec-fetch-site") },
    readSettings(),
  );
  return answer((target) => {
    if (refusal !== null) throw new RefusalError("usage", refusal, "Open the console under its own address.");
    return work(target);
  });
}

/** The operator's name in the journal. */
export const STARTED_BY = "web";
