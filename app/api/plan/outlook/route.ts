import { answerOutlook } from "@/lib/queries/plan";
import { respond } from "@/lib/queries/respond";

/** What a run would say before its first step. Takes some seconds on a large database. */
export async function GET(): Promise<Response> {
  return respond(await answerOutlook());
}
