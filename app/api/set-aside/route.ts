import type { NextRequest } from "next/server";
import { toFileText } from "@/lib/http/file-export";
import { readAllSetAside } from "@/lib/migration";
import { requireRole } from "@/lib/queries/access";
import { respond, respondNoFormat } from "@/lib/queries/respond";
import { readFormat, respondFile } from "@/lib/queries/respond-file";
import { readSetAsideQuery } from "@/lib/queries/set-aside";
import { SET_ASIDE_FORMATS } from "@/lib/queries/set-aside-export";

/** The values set aside as a file, streamed; `?format=csv|ndjson`, with the filters of the page. */
export async function GET(request: NextRequest): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  const parameters = Object.fromEntries(request.nextUrl.searchParams);
  const format = readFormat(SET_ASIDE_FORMATS, parameters.format ?? "ndjson");
  if (format === null) return respondNoFormat(SET_ASIDE_FORMATS);
  const { filter } = readSetAsideQuery(parameters);
  const { type } = SET_ASIDE_FORMATS[format];
  return respondFile({ name: `set-aside.${format}`, type }, async (target) =>
    toFileText(SET_ASIDE_FORMATS[format], readAllSetAside(target, filter)),
  );
}
