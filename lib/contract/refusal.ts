import { z } from "zod";
import { activeRun } from "@/lib/contract/status";

/** The last four are the web's: who asks is unknown, may not, has to prove it is still them, or asks too often. */
export const REFUSAL_CODES = [
  "usage",
  "unreachable",
  "not-eligible",
  "active-run",
  "unauthenticated",
  "forbidden",
  "unconfirmed",
  "too-many",
] as const;

export const refusal = z.object({
  error: z.object({
    code: z.enum(REFUSAL_CODES),
    message: z.string(),
    remedy: z.string(),
    activeRun: activeRun.nullable(),
  }),
});
export type Refusal = z.infer<typeof refusal>;

/** Result of a read or a server action: the value, or why it was refused. Both are shown; neither is an exception. */
export type Answer<T> = { ok: true; value: T } | { ok: false; refusal: Refusal["error"] };
