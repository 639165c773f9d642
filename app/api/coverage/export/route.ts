import type { NextRequest } from "next/server";
import { requireRole } from "@/lib/queries/access";
import { answerCoverageReport } from "@/lib/queries/coverage-detail";
import { REPORT_FORMATS, type ReportFormat } from "@/lib/queries/coverage-export";
import { respond } from "@/lib/queries/respond";

/** Everything that the Coverage page shows, as a file; `?format=json|csv`. */
export async function GET(request: NextRequest): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  const format = request.nextUrl.searchParams.get("format") ?? "json";
  if (!isFormat(format)) {
    const message = "There is no such format.";
    const error = { code: "usage", message, remedy: "Ask for json or csv.", activeRun: null };
    return Response.json({ error }, { status: 400 });
  }
  const report = await answerCoverageReport();
  if (!report.ok) return respond(report);
  return new Response(REPORT_FORMATS[format].toText(report.value), {
    headers: {
      "Content-Type": REPORT_FORMATS[format].type,
      "Content-Disposition": `attachment; filename="coverage.${format}"`,
      "Cache-Control": "no-store",
    },
  });
}

function isFormat(format: string): format is ReportFormat {
  return Object.hasOwn(REPORT_FORMATS, format);
}
