import "server-only";
import type { Refusal } from "@/lib/contract";
import { ConfigurationError, readSettings } from "@/lib/env";
import { RefusalError } from "@/lib/refusal";

/**
 * A refusal as it is answered.
 *
 * @throws whatever is neither a refusal nor an unusable setting.
 */
export function toRefusal(cause: unknown): Refusal["error"] {
  if (cause instanceof RefusalError) return cause.toRefusal().error;
  if (cause instanceof ConfigurationError) {
    return { code: "usage", message: cause.message, remedy: cause.remedy, activeRun: null };
  }
  throw cause;
}

/** What went wrong, for somebody who may be anybody: on a network a stranger does not learn which database this is. */
export function forStrangers(cause: unknown): unknown {
  if (!(cause instanceof RefusalError) || readSettings().TIDEMARK_PUBLIC_ORIGIN === undefined) return cause;
  return new RefusalError(cause.code, "The console cannot work on its database now.", "Its own log says why.", {
    cause,
  });
}

/** What is answered to somebody whose session is unknown or over. */
export function unauthenticated(): RefusalError {
  return new RefusalError(
    "unauthenticated",
    "You are not signed in, or your session is over.",
    "Sign in; a run goes on without you.",
  );
}
