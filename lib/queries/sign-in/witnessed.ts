import "server-only";
import { type Act, audited } from "@/lib/audit/audited";
import { countAttempt, TooManyAttemptsError } from "@/lib/auth/attempts";
import { sharedPool } from "@/lib/db/pool";
import { currentAddress } from "@/lib/queries/access";
import { currentTarget } from "@/lib/queries/service";

/** Names who it was, once that is known, and what else the audit should say. */
export type Tell = (more: { actor?: string; detail?: string }) => void;

/**
 * Does an attempt to sign in, to confirm, or to use a link: counted before it is looked at, and in the audit with what came
 * of it. What somebody types as an address is written down only where it is an operator's: it may be a password.
 *
 * @param countedAs under which name attempts at the account are counted.
 * @throws what `work` does, {TooManyAttemptsError}.
 */
export async function witnessed<T>(
  action: string,
  account: string | null,
  work: (tell: Tell) => Promise<T>,
  countedAs = account,
): Promise<T> {
  const target = await currentTarget();
  const pool = sharedPool(target);
  const address = await currentAddress();
  const act: Act = { actor: "unknown", action, address };
  if (account !== null) {
    const known = await pool.query<{ email: string }>("select email from tidemark.operators where email = lower($1)", [
      account.trim().replaceAll("\0", ""),
    ]);
    act.actor = known.rows[0]?.email ?? "unknown";
  }
  const refusal: unknown = await countAttempt(pool, { account: countedAs, address }).then(
    () => null,
    (cause: unknown) => cause,
  );
  // Whoever goes on trying beyond the limit fills no audit.
  if (refusal instanceof TooManyAttemptsError && !refusal.isFirst) throw refusal;
  return audited(target, act, async () => {
    if (refusal !== null) throw refusal;
    return work((more) => Object.assign(act, more));
  });
}
