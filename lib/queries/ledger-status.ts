import "server-only";
import type { Answer, LedgerAnswer } from "@/lib/contract";
import { readLedger } from "@/lib/migration";
import { answer } from "@/lib/queries/answers";

/** The newest ledger that a run closed. */
export function answerLedger(): Promise<Answer<LedgerAnswer>> {
  return answer(async (target) => ({ ledger: await readLedger(target) }));
}
