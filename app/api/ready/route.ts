import { answerReadiness } from "@/lib/queries/answers";
import { respond } from "@/lib/queries/respond";

/** Whether the database answers and the console's own tables are there and current: 200 or 503 with the reason. */
export async function GET(): Promise<Response> {
  return respond(await answerReadiness());
}
