import { viewsInTheWay } from "@/lib/client/views-in-the-way";
import { answerPlan } from "@/lib/queries/plan";
import { respond } from "@/lib/queries/respond";

/** The steps still to do, with their SQL. Counts rows: for a reader, not for a poll. */
export async function GET(): Promise<Response> {
  return respond(await answerPlan(viewsInTheWay));
}
