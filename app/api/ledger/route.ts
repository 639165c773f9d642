import { answerLedger } from "@/lib/queries/ledger-status";
import { respond } from "@/lib/queries/respond";

export async function GET(): Promise<Response> {
  return respond(await answerLedger());
}
