import { answerCoverageDetail } from "@/lib/queries/coverage-detail";
import { respond } from "@/lib/queries/respond";

/** By cause, source, month, ASN and country, each with its age; what is old is counted anew behind the answer. */
export async function GET(): Promise<Response> {
  return respond(await answerCoverageDetail());
}
