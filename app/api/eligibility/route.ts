import { answerEligibility } from "@/lib/queries/eligibility-status";
import { respond } from "@/lib/queries/respond";

export async function GET(): Promise<Response> {
  return respond({ ok: true, value: await answerEligibility() });
}
