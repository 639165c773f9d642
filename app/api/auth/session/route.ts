import { requireRole } from "@/lib/queries/access";
import { respond } from "@/lib/queries/respond";

/** Who is signed in. */
export async function GET(request: Request): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  const { email, name, role } = access.value;
  return Response.json({ email, name, role }, { headers: { "Cache-Control": "no-store" } });
}
