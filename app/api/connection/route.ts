import { requireRole } from "@/lib/queries/access";
import { answerConnection } from "@/lib/queries/connection";
import { respond } from "@/lib/queries/respond";

/** Under which rights, and how protected on the way, the console speaks to its database. */
export async function GET(request: Request): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  return respond(await answerConnection());
}
