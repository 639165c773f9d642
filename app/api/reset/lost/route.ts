import { readLostRows } from "@/lib/migration";
import { requireRole } from "@/lib/queries/access";
import { respond } from "@/lib/queries/respond";
import { respondFile } from "@/lib/queries/respond-file";

const LOST_ROWS = { name: "tidemark-lost-rows.ndjson", type: "application/x-ndjson; charset=utf-8" };

/** The rows of the inventories that a reset would lose for good, as a file of NDJSON. */
export async function GET(request: Request): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  return respondFile(LOST_ROWS, readLostRows);
}
