import { viewsInTheWay } from "@/lib/client/views-in-the-way";
import { requireRole } from "@/lib/queries/access";
import { answerPlan } from "@/lib/queries/plan";
import { respond } from "@/lib/queries/respond";

/** The steps still to do, with their SQL. Counts rows: for a reader, not for a poll. */
export async function GET(request: Request): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  return respond(await answerPlan(viewsInTheWay));
}
