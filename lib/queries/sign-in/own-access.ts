import "server-only";
import { z } from "zod";
import { forgetAttempts, isFirstUse } from "@/lib/auth/attempts";
import { verifyPassword } from "@/lib/auth/password";
import { confirmSession, type Session } from "@/lib/auth/sessions";
import { sharedPool, withPooledClient } from "@/lib/db/pool";
import { requireRole } from "@/lib/queries/access";
import { currentTarget } from "@/lib/queries/service";
import { askAuth, withCookiesOf } from "@/lib/queries/sign-in/ask-auth";
import { password, wrong } from "@/lib/queries/sign-in/sign-in";
import { witnessed } from "@/lib/queries/sign-in/witnessed";
import { RefusalError } from "@/lib/refusal";

const proofGiven = z.object({ proof: password });
const passwordGiven = z.object({ password });
const codeGiven = z.object({ code: z.string().trim().max(40) });

/** Does something for whoever is signed in, as an attempt that is counted. */
async function asOneself(action: string, work: (session: Session) => Promise<Response>): Promise<Response> {
  const access = await requireRole("viewer", { method: "POST" });
  if (!access.ok) throw new RefusalError(access.refusal.code, access.refusal.message, access.refusal.remedy);
  const { email } = access.value;
  // Apart from attempts to sign in: nobody outside can keep somebody inside from a confirmation.
  const countedAs = `${email}, signed in`;
  return witnessed(
    action,
    email,
    async () => {
      const answer = await work(access.value);
      await forgetAttempts(sharedPool(await currentTarget()), countedAs);
      return answer;
    },
    countedAs,
  );
}

/**
 * Notes that it is still the operator: by password, or by the code of the second factor where there is one.
 *
 * @throws {TooManyAttemptsError}, {RefusalError} `unconfirmed`.
 */
export async function confirmIdentity(input: unknown): Promise<Response> {
  return asOneself("confirm", async (session) => {
    const proof = proofGiven.parse(input).proof;
    const code = session.hasTwoFactor && /^\s*\d{6}\s*$/.test(proof) ? proof.trim() : null;
    const isRight = code === null ? await isOwnPassword(session, proof) : await isOwnCode(session, code);
    if (!isRight) throw new RefusalError("unconfirmed", "This is not right.", "Try again.");
    await withPooledClient(await currentTarget(), (client) => confirmSession(client, session.id));
    return Response.json({ status: "confirmed" }, { headers: { "Cache-Control": "no-store" } });
  });
}

async function isOwnCode({ operatorId }: Session, code: string): Promise<boolean> {
  const answer = await askAuth("/two-factor/verify-totp", { code });
  return answer.ok && isFirstUse(sharedPool(await currentTarget()), { operatorId, code });
}

async function isOwnPassword({ operatorId }: Session, given: string): Promise<boolean> {
  const { rows } = await sharedPool(await currentTarget()).query<{ hash: string | null }>(
    `select password_hash as hash from tidemark.sign_in_methods where operator_id = $1 and provider = 'credential'`,
    [operatorId],
  );
  const hash = rows[0]?.hash ?? null;
  return hash !== null && verifyPassword({ hash, password: given });
}

/** Begins to set up a second factor: its address for an app, and backup codes. It counts once a code of it was given. */
export async function beginTwoFactor(input: unknown): Promise<Response> {
  return asOneself("begin-two-factor", async () => {
    const answer = await askAuth("/two-factor/enable", passwordGiven.parse(input));
    if (!answer.ok) throw wrong("This is not your password.");
    const { totpURI, backupCodes } = (await answer.json()) as { totpURI: string; backupCodes: string[] };
    return withCookiesOf(answer, { address: totpURI, backupCodes });
  });
}

/** The first code: from now on every sign-in asks for one. */
export async function finishTwoFactor(input: unknown): Promise<Response> {
  return asOneself("turn-on-two-factor", async ({ operatorId }) => {
    const { code } = codeGiven.parse(input);
    const answer = await askAuth("/two-factor/verify-totp", { code });
    if (!answer.ok) throw wrong("This code is wrong, or its time is over.");
    await isFirstUse(sharedPool(await currentTarget()), { operatorId, code });
    return withCookiesOf(answer, { status: "on" });
  });
}

/** Gives the second factor up. */
export async function endTwoFactor(input: unknown): Promise<Response> {
  return asOneself("turn-off-two-factor", async () => {
    const answer = await askAuth("/two-factor/disable", passwordGiven.parse(input));
    if (!answer.ok) throw wrong("This is not your password.");
    return withCookiesOf(answer, { status: "off" });
  });
}
