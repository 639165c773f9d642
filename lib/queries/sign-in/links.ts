import "server-only";
import { z } from "zod";
import { forgetAttempts } from "@/lib/auth/attempts";
import { consumeLink, readLink } from "@/lib/auth/links";
import { addFirstOperator, setPassword } from "@/lib/auth/operators";
import { checkPassword } from "@/lib/auth/password";
import { sharedPool, withPooledClient } from "@/lib/db/pool";
import { currentTarget } from "@/lib/queries/service";
import { password, signInByPassword, token, wrong } from "@/lib/queries/sign-in/sign-in";
import { witnessed } from "@/lib/queries/sign-in/witnessed";

const linkGiven = z.object({ token });
const passwordGiven = linkGiven.extend({
  password,
  email: z.string().max(300).optional(),
  name: z.string().max(200).optional(),
});

/**
 * What a one-time link is for, and for whom; does not use it.
 *
 * @throws {TooManyAttemptsError}, {RefusalError} `unauthenticated` for one that is unknown, used or too old.
 */
export async function lookAtLink(input: unknown): Promise<Response> {
  const { token } = linkGiven.parse(input);
  return witnessed("open-link", null, async (tell) => {
    const link = await withPooledClient(await currentTarget(), (client) => readLink(client, token));
    if (link === null) throw wrong("This link was used, or is too old.");
    const { kind, email } = link;
    if (email !== null) tell({ actor: email });
    return Response.json({ kind, email }, { headers: { "Cache-Control": "no-store" } });
  });
}

/**
 * Sets the password that a link is good for, of an operator or of the first one, and signs in with it.
 *
 * @throws {TooManyAttemptsError}, {RefusalError}.
 */
export async function setPasswordByLink(input: unknown): Promise<Response> {
  const given = passwordGiven.parse(input);
  const email = await witnessed("set-password", null, async (tell) => {
    const target = await currentTarget();
    const email = await usePasswordLink(given);
    tell({ actor: email });
    await forgetAttempts(sharedPool(target), email);
    return email;
  });
  return signInByPassword({ email, password: given.password });
}

async function usePasswordLink(given: z.infer<typeof passwordGiven>): Promise<string> {
  checkPassword(given.password);
  return withPooledClient(await currentTarget(), async (client) => {
    const link = await readLink(client, given.token);
    if (link?.kind === "first-operator") {
      const { email = "", name = "" } = given;
      const first = await addFirstOperator(client, { email, name, password: given.password });
      await consumeLink(client, given.token);
      return first.email;
    }
    const { kind, operatorId, email } = link ?? {};
    if (kind !== "password" || operatorId == null || email == null || !(await consumeLink(client, given.token))) {
      throw wrong("This link was used, or is too old.");
    }
    await setPassword(client, operatorId, given.password);
    return email;
  });
}
