import { requireRole } from "@/lib/queries/access";
import { answerRun } from "@/lib/queries/answers";
import { readRunId, respond, respondNoRun } from "@/lib/queries/respond";

export async function GET(request: Request, { params }: RouteContext<"/api/runs/[id]">): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  const runId = readRunId((await params).id);
  if (runId === null) return respondNoRun();
  const answer = await answerRun(runId);
  return answer.ok && answer.value === null ? respondNoRun() : respond(answer);
}
