import { requireRole } from "@/lib/queries/access";
import { answerLedger } from "@/lib/queries/ledger-status";
import { respond } from "@/lib/queries/respond";

export async function GET(request: Request): Promise<Response> {
  const access = await requireRole("viewer", request);
  if (!access.ok) return respond(access);

  return respond(await answerLedger());
}
