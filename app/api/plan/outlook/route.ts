import { requireRole } from "@/lib/queries/access";
import { answerOutlook } from "@/lib/queries/plan";
import { respond } from "@/lib/queries/respond";

/** What a run would say before its first step. Takes some seconds on a large database. */
export async function GET(request: Request): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  return respond(await answerOutlook());
}
