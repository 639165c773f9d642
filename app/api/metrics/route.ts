import { answerMetrics } from "@/lib/queries/metrics";

/** Figures of this console as OpenMetrics, for whoever has the token. */
export async function GET(request: Request): Promise<Response> {
  return answerMetrics(request);
}
