import { EVENT_STREAM_HEADERS, readLastEventId, toEventStream } from "@/lib/logs/event-stream";
import { answerRun, followRunLog } from "@/lib/queries/answers";
import { readRunId, respond, respondNoRun } from "@/lib/queries/respond";
import { stoppingSignal } from "@/lib/queries/service";

export async function GET(request: Request, { params }: RouteContext<"/api/runs/[id]/events">): Promise<Response> {
  const runId = readRunId((await params).id);
  if (runId === null) return respondNoRun();
  const run = await answerRun(runId);
  if (!run.ok) return respond(run);
  if (run.value === null) return respondNoRun();

  const signal = AbortSignal.any([request.signal, stoppingSignal()]);
  const afterSeq = readLastEventId(request.headers, request.url);
  const stream = toEventStream(await followRunLog(runId, { afterSeq, signal }), { signal });
  return new Response(stream, { headers: EVENT_STREAM_HEADERS });
}
