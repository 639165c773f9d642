import type { NextRequest } from "next/server";
import { AUDIT_FORMATS, type AuditFormat } from "@/lib/audit/audit-export";
import { readAllAudit } from "@/lib/audit/audit-store";
import { toFileStream } from "@/lib/http/file-export";
import { requireRole } from "@/lib/queries/access";
import { answer } from "@/lib/queries/answers";
import { readAuditQuery } from "@/lib/queries/audit";
import { respond, respondNoFormat } from "@/lib/queries/respond";

/** The audit as a file, streamed, newest first; `?format=csv|ndjson`, with the filters of the page. */
export async function GET(request: NextRequest): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  const parameters = Object.fromEntries(request.nextUrl.searchParams);
  const format = parameters.format ?? "ndjson";
  if (!isFormat(format)) return respondNoFormat();
  const { filter } = readAuditQuery(parameters);
  // The first events are read before the answer begins, so that a refusal still is one.
  const opened = await answer(async (target) => {
    const chunks = readAllAudit(target, filter);
    return { first: await chunks.next(), chunks };
  });
  if (!opened.ok) return respond(opened);
  const { first, chunks } = opened.value;
  async function* all() {
    if (first.done) return;
    yield first.value;
    yield* chunks;
  }
  return new Response(toFileStream(AUDIT_FORMATS[format], all()), {
    headers: {
      "Content-Type": AUDIT_FORMATS[format].type,
      "Content-Disposition": `attachment; filename="tidemark-audit.${format}"`,
      "Cache-Control": "no-store",
    },
  });
}

function isFormat(format: string): format is AuditFormat {
  return Object.hasOwn(AUDIT_FORMATS, format);
}
