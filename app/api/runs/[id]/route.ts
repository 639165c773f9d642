import { answerRun } from "@/lib/queries/answers";
import { readRunId, respond, respondNoRun } from "@/lib/queries/respond";

export async function GET(_request: Request, { params }: RouteContext<"/api/runs/[id]">): Promise<Response> {
  const runId = readRunId((await params).id);
  if (runId === null) return respondNoRun();
  const answer = await answerRun(runId);
  return answer.ok && answer.value === null ? respondNoRun() : respond(answer);
}
