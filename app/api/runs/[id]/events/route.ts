import { EVENT_STREAM_HEADERS, readLastEventId, toEventStream } from "@/lib/logs/event-stream";
import { requireRole } from "@/lib/queries/access";
import { answer, answerRun, followRunLog } from "@/lib/queries/answers";
import { readRunId, respond, respondNoRun } from "@/lib/queries/respond";
import { stoppingSignal } from "@/lib/queries/service";
import { watchStream } from "@/lib/queries/session-watch";

export async function GET(request: Request, { params }: RouteContext<"/api/runs/[id]/events">): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  const runId = readRunId((await params).id);
  if (runId === null) return respondNoRun();
  const run = await answerRun(runId);
  if (!run.ok) return respond(run);
  if (run.value === null) return respondNoRun();

  const gone = AbortSignal.any([request.signal, stoppingSignal()]);
  const opened = await answer(async () => watchStream(access.value, gone));
  if (!opened.ok) return respond(opened);
  const { signal, watch } = opened.value;
  const afterSeq = readLastEventId(request.headers, request.url);
  const items = watch(await followRunLog(runId, { afterSeq, signal }));
  return new Response(toEventStream(items, { signal }), { headers: EVENT_STREAM_HEADERS });
}
