import type { NextRequest } from "next/server";
import { respond } from "@/lib/queries/respond";
import { answerRunHistory, readRunHistoryQuery } from "@/lib/queries/run-history";

/** A page of the journal, newest first; `?kind=`, `&outcome=`, and `&before=` a run id. */
export async function GET(request: NextRequest): Promise<Response> {
  return respond(await answerRunHistory(readRunHistoryQuery(Object.fromEntries(request.nextUrl.searchParams))));
}
