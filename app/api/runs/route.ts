import { answerRuns } from "@/lib/queries/answers";
import { respond } from "@/lib/queries/respond";

export async function GET(): Promise<Response> {
  return respond(await answerRuns());
}
