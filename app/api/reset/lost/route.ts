import { readLostRows } from "@/lib/migration";
import { requireRole } from "@/lib/queries/access";
import { answer } from "@/lib/queries/answers";
import { respond } from "@/lib/queries/respond";

/** The rows of the inventories that a reset would lose for good, as a file of NDJSON. */
export async function GET(request: Request): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  const lost = await answer(readLostRows);
  if (!lost.ok) return respond(lost);
  return new Response(toByteStream(lost.value), {
    headers: {
      "Content-Type": "application/x-ndjson; charset=utf-8",
      "Content-Disposition": 'attachment; filename="tidemark-lost-rows.ndjson"',
      "Cache-Control": "no-store",
    },
  });
}

/** Text as bytes, read as fast as it is taken; ends early when the reader goes away. */
function toByteStream(chunks: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const chunk = await chunks.next();
      if (chunk.done) controller.close();
      else controller.enqueue(encoder.encode(chunk.value));
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}
