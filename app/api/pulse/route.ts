import { isUnknowable, requireRole } from "@/lib/queries/access";
import { answerPulse } from "@/lib/queries/pulse-status";
import { respond } from "@/lib/queries/respond";

export async function GET(request: Request): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok && !isUnknowable(access.refusal)) return respond(access);

  return respond({ ok: true, value: await answerPulse() });
}
