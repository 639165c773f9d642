import type { NextRequest } from "next/server";
import { toLogLine } from "@/lib/client/log-text";
import type { LogEvent } from "@/lib/contract";
import { type FileFormat, toFileText } from "@/lib/http/file-export";
import { readLastEventId } from "@/lib/logs/event-stream";
import { readAllLogLines } from "@/lib/migration";
import { requireRole } from "@/lib/queries/access";
import { answerRun } from "@/lib/queries/answers";
import { readRunId, respond, respondNoFormat, respondNoRun } from "@/lib/queries/respond";
import { readFormat, respondFile } from "@/lib/queries/respond-file";

const FORMATS = {
  log: { type: "text/plain; charset=utf-8", head: "", toLine: toLogLine },
  ndjson: { type: "application/x-ndjson", head: "", toLine: (line) => `${JSON.stringify(line)}\n` },
} as const satisfies Record<string, FileFormat<LogEvent>>;

/**
 * The stored log of a run as a file, streamed; `?format=log|ndjson`, the latter with the `log` events of the stream, and
 * `&after=` a line.
 */
export async function GET(request: NextRequest, { params }: RouteContext<"/api/runs/[id]/log">): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  const runId = readRunId((await params).id);
  if (runId === null) return respondNoRun();
  const format = readFormat(FORMATS, request.nextUrl.searchParams.get("format") ?? "log");
  if (format === null) return respondNoFormat(FORMATS);
  const run = await answerRun(runId);
  if (!run.ok) return respond(run);
  if (run.value === null) return respondNoRun();

  const afterSeq = readLastEventId(new Headers(), request.url);
  return respondFile({ name: `tidemark-run-${runId}.${format}`, type: FORMATS[format].type }, async (target) =>
    toFileText(FORMATS[format], readAllLogLines(target, runId, { afterSeq })),
  );
}
