import type { NextRequest } from "next/server";
import { readAllSetAside } from "@/lib/migration";
import { requireRole } from "@/lib/queries/access";
import { answer } from "@/lib/queries/answers";
import { respond, respondNoFormat } from "@/lib/queries/respond";
import { readSetAsideQuery } from "@/lib/queries/set-aside";
import { EXPORT_FORMATS, type ExportFormat, toExportStream } from "@/lib/queries/set-aside-export";

/** The values set aside as a file, streamed; `?format=csv|ndjson`, with the filters of the page. */
export async function GET(request: NextRequest): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  const parameters = Object.fromEntries(request.nextUrl.searchParams);
  const format = parameters.format ?? "ndjson";
  if (!isFormat(format)) return respondNoFormat();
  const { filter } = readSetAsideQuery(parameters);
  // The first values are read before the answer begins, so that a refusal still is one.
  const opened = await answer(async (target) => {
    const chunks = readAllSetAside(target, filter);
    return { first: await chunks.next(), chunks };
  });
  if (!opened.ok) return respond(opened);
  const { first, chunks } = opened.value;
  async function* all() {
    if (first.done) return;
    yield first.value;
    yield* chunks;
  }
  return new Response(toExportStream(format, all()), {
    headers: {
      "Content-Type": EXPORT_FORMATS[format].type,
      "Content-Disposition": `attachment; filename="set-aside.${format}"`,
      "Cache-Control": "no-store",
    },
  });
}

function isFormat(format: string): format is ExportFormat {
  return Object.hasOwn(EXPORT_FORMATS, format);
}
