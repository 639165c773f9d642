import { requireRole } from "@/lib/queries/access";
import { answerCoverageDetail } from "@/lib/queries/coverage-detail";
import { respond } from "@/lib/queries/respond";

/** By cause, source, month, ASN and country, each with its age; what is old is counted anew behind the answer. */
export async function GET(request: Request): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  return respond(await answerCoverageDetail());
}
