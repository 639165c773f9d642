import type { NextRequest } from "next/server";
import { AUDIT_FORMATS } from "@/lib/audit/audit-export";
import { readAllAudit } from "@/lib/audit/audit-store";
import { toFileText } from "@/lib/http/file-export";
import { requireRole } from "@/lib/queries/access";
import { readAuditQuery } from "@/lib/queries/audit";
import { respond, respondNoFormat } from "@/lib/queries/respond";
import { readFormat, respondFile } from "@/lib/queries/respond-file";

/** The audit as a file, streamed, newest first; `?format=csv|ndjson`, with the filters of the page. */
export async function GET(request: NextRequest): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  const parameters = Object.fromEntries(request.nextUrl.searchParams);
  const format = readFormat(AUDIT_FORMATS, parameters.format ?? "ndjson");
  if (format === null) return respondNoFormat(AUDIT_FORMATS);
  const { filter } = readAuditQuery(parameters);
  const { type } = AUDIT_FORMATS[format];
  return respondFile({ name: `tidemark-audit.${format}`, type }, async (target) =>
    toFileText(AUDIT_FORMATS[format], readAllAudit(target, filter)),
  );
}
