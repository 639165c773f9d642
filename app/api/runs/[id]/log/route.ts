import type { NextRequest } from "next/server";
import { toLogText } from "@/lib/client/log-text";
import type { LogEvent } from "@/lib/contract";
import { readLastEventId } from "@/lib/logs/event-stream";
import { readLogLines } from "@/lib/migration";
import { requireRole } from "@/lib/queries/access";
import { answer, answerRun } from "@/lib/queries/answers";
import { readRunId, respond, respondNoRun } from "@/lib/queries/respond";

const FORMATS = {
  log: { type: "text/plain; charset=utf-8", toText: toLogText },
  ndjson: { type: "application/x-ndjson", toText: toJsonLines },
} as const;

/**
 * The stored log of a run as a file, streamed; `?format=log|ndjson`, the latter with the `log` events of the stream, and
 * `&after=` a line.
 */
export async function GET(request: NextRequest, { params }: RouteContext<"/api/runs/[id]/log">): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  const runId = readRunId((await params).id);
  if (runId === null) return respondNoRun();
  const run = await answerRun(runId);
  if (!run.ok) return respond(run);
  if (run.value === null) return respondNoRun();

  const afterSeq = readLastEventId(new Headers(), request.url);
  const format = request.nextUrl.searchParams.get("format") === "ndjson" ? "ndjson" : "log";
  const { type, toText } = FORMATS[format];
  // The first lines are read before the answer begins, so that a refusal still is one.
  const opened = await answer(async (target) => {
    const readAfter = (seq: number) => readLogLines(target, runId, { afterSeq: seq });
    return { first: await readAfter(afterSeq), readAfter };
  });
  if (!opened.ok) return respond(opened);
  return new Response(toFile(opened.value, toText), {
    headers: {
      "Content-Type": type,
      "Content-Disposition": `attachment; filename="tidemark-run-${runId}.${format}"`,
      "Cache-Control": "no-store",
    },
  });
}

/** Pages of lines as bytes, one read a page, made as fast as they are taken. */
function toFile(
  { first, readAfter }: { first: LogEvent[]; readAfter: (afterSeq: number) => Promise<LogEvent[]> },
  toText: (lines: readonly LogEvent[]) => string,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let page = first;
  return new ReadableStream({
    async pull(controller) {
      const last = page.at(-1);
      if (last === undefined) return controller.close();
      controller.enqueue(encoder.encode(toText(page)));
      page = await readAfter(last.seq);
    },
  });
}

function toJsonLines(lines: readonly LogEvent[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
