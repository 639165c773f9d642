import type { NextRequest } from "next/server";
import { requireRole } from "@/lib/queries/access";
import { respond } from "@/lib/queries/respond";
import { answerRunHistory, readRunHistoryQuery } from "@/lib/queries/run-history";

/** A page of the journal, newest first; `?kind=`, `&outcome=`, and `&before=` a run id. */
export async function GET(request: NextRequest): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  return respond(await answerRunHistory(readRunHistoryQuery(Object.fromEntries(request.nextUrl.searchParams))));
}
