import "server-only";
import { z } from "zod";
import { forgetAttempts, isFirstUse } from "@/lib/auth/attempts";
import { PROVIDER } from "@/lib/auth/auth";
import { readSessionToken } from "@/lib/auth/session-cookie";
import { clearEnded, endSession, readSession } from "@/lib/auth/sessions";
import { sharedPool, withPooledClient } from "@/lib/db/pool";
import { readSettings } from "@/lib/env";
import { currentSession } from "@/lib/queries/access";
import { currentTarget } from "@/lib/queries/service";
import { askAuth, withCookiesOf } from "@/lib/queries/sign-in/ask-auth";
import { type Tell, witnessed } from "@/lib/queries/sign-in/witnessed";
import { RefusalError } from "@/lib/refusal";

/** Longer than any password taken: those are refused as wrong, not as malformed. */
export const password = z.string().max(1_000);
export const token = z.string().min(1).max(100);

const credentials = z.object({ email: z.string().max(300), password });
const codeGiven = z.object({ code: z.string().trim().max(40) });
const linkGiven = z.object({ token });

/**
 * Signs in by address and password. What is answered to a wrong password is the same as to an unknown address, and takes
 * as long.
 *
 * @throws {TooManyAttemptsError}, {RefusalError} `unauthenticated`.
 */
export async function signInByPassword(input: unknown): Promise<Response> {
  const { email, password } = credentials.parse(input);
  return witnessed("sign-in", email, async (tell) => {
    const answer = await askAuth("/sign-in/email", { email: email.trim(), password });
    if (!answer.ok) throw wrong("Address or password is wrong.");
    const { twoFactorRedirect } = (await answer.json()) as { twoFactorRedirect?: boolean };
    if (twoFactorRedirect !== true) return arrive(answer, tell);
    tell({ detail: "the password was right; a code was asked for" });
    return withCookiesOf(answer, { status: "code-needed" });
  });
}

/**
 * The second half of a sign-in with a second factor: the code of an app, or one of the backup codes.
 *
 * @throws {TooManyAttemptsError}, {RefusalError} `unauthenticated`.
 */
export async function signInByCode(input: unknown): Promise<Response> {
  const { code } = codeGiven.parse(input);
  return witnessed("sign-in", null, async (tell) => {
    const kind = /^\d{6}$/.test(code) ? "totp" : "backup-code";
    const answer = await askAuth(`/two-factor/verify-${kind}`, { code });
    if (!answer.ok) throw wrong("This code is wrong, or its time is over.");
    return arrive(answer, tell, kind === "totp" ? code : null);
  });
}

/**
 * Signs in by a one-time link.
 *
 * @throws {TooManyAttemptsError}, {RefusalError} `unauthenticated`.
 */
export async function signInByLink(input: unknown): Promise<Response> {
  const { token } = linkGiven.parse(input);
  return witnessed("sign-in", null, async (tell) => {
    const answer = await askAuth("/sign-in/link", { token });
    if (!answer.ok) throw wrong("This link was used, or is too old.");
    return arrive(answer, tell);
  });
}

async function arrive(answer: Response, tell: Tell, code: string | null = null): Promise<Response> {
  await settle(answer, tell, code);
  return withCookiesOf(answer, { status: "signed-in" });
}

/**
 * The session before, if there was one, is over: what somebody knew of it is worth nothing. False: there is none now.
 *
 * @param code of an app, by which it was opened; good once.
 * @throws {RefusalError} `unauthenticated` for a code that somebody else has read.
 */
async function settle(answer: Response, tell: Tell, code: string | null = null): Promise<boolean> {
  const before = await currentSession();
  const target = await currentTarget();
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  const token = readSessionToken(cookies.join("; "), readSettings()) ?? "";
  const now = await withPooledClient(target, async (client) => {
    if (before !== null) await endSession(client, before.id);
    await clearEnded(client);
    return readSession(client, token, { isUse: false });
  });
  if (now === null) return false;
  tell({ actor: now.email });
  if (code !== null && !(await isFirstUse(sharedPool(target), { operatorId: now.operatorId, code }))) {
    await withPooledClient(target, (client) => endSession(client, now.id));
    throw wrong("This code was used already; your app shows the next one soon.");
  }
  await forgetAttempts(sharedPool(target), now.email);
  return true;
}

/** Ends the session of this request, and its cookie. */
export async function signOut(): Promise<Response> {
  const session = await currentSession();
  const answer = await askAuth("/sign-out", {});
  if (session !== null) {
    await witnessed("sign-out", session.email, async () =>
      withPooledClient(await currentTarget(), (client) => endSession(client, session.id)),
    );
  }
  return withCookiesOf(answer, { status: "signed-out" });
}

/** Where to sign in at the identity provider. */
export async function signInAtProvider(): Promise<Response> {
  const answer = await askAuth("/sign-in/social", {
    provider: PROVIDER,
    callbackURL: "/sign-in?arrived",
    errorCallbackURL: FAILED_PATH,
    disableRedirect: true,
  });
  if (!answer.ok) throw wrong("The identity provider cannot be reached.");
  const { url } = (await answer.json()) as { url: string };
  return withCookiesOf(answer, { url });
}

/** What the identity provider answered, by way of the browser: a session, or back to the sign-in. */
export async function arriveFromProvider(search: string): Promise<Response> {
  try {
    return await witnessed("sign-in", null, async (tell) => {
      const answer = await askAuth(`/callback/${PROVIDER}${search}`);
      if (await settle(answer, tell)) return answer;
      throw wrong("The identity provider named nobody who is an operator here.");
    });
  } catch (cause) {
    if (!(cause instanceof RefusalError)) throw cause;
    return new Response(null, { status: 303, headers: { Location: FAILED_PATH } });
  }
}

/** The sign-in page, with word of a provider that opened nothing. */
const FAILED_PATH = "/sign-in?failed=provider";

export function wrong(message: string): RefusalError {
  return new RefusalError("unauthenticated", message, "Try again.");
}
