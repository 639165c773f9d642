import "server-only";
import type { Answer, ConnectionReport } from "@/lib/contract";
import { readConnectionReport } from "@/lib/db/connection-report";
import { answer } from "@/lib/queries/answers";

/** Under which rights, and how protected on the way, the console speaks to its database. */
export function answerConnection(): Promise<Answer<ConnectionReport>> {
  return answer(readConnectionReport);
}
