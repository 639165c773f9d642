import type { NextRequest } from "next/server";
import { requireRole } from "@/lib/queries/access";
import { answerCoverageReport } from "@/lib/queries/coverage-detail";
import { REPORT_FORMATS } from "@/lib/queries/coverage-export";
import { respond, respondNoFormat } from "@/lib/queries/respond";
import { fileHeaders, readFormat } from "@/lib/queries/respond-file";

/** Everything that the Coverage page shows, as a file; `?format=json|csv`. */
export async function GET(request: NextRequest): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  const format = readFormat(REPORT_FORMATS, request.nextUrl.searchParams.get("format") ?? "json");
  if (format === null) return respondNoFormat(REPORT_FORMATS);
  const report = await answerCoverageReport();
  if (!report.ok) return respond(report);
  const { type, toText } = REPORT_FORMATS[format];
  return new Response(toText(report.value), { headers: fileHeaders({ name: `coverage.${format}`, type }) });
}
