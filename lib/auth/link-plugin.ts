import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { z } from "zod";

/**
 * Signs in by a one-time link.
 *
 * @param redeem uses a link up and gives the operator's id, or null.
 */
export function signInByLink(redeem: (token: string) => Promise<string | null>) {
  return {
    id: "sign-in-by-link",
    endpoints: {
      signInByLink: createAuthEndpoint(
        "/sign-in/link",
        { method: "POST", body: z.object({ token: z.string().max(100) }) },
        async (context) => {
          const { internalAdapter } = context.context;
          const operatorId = await redeem(context.body.token);
          const user = operatorId === null ? null : await internalAdapter.findUserById(operatorId);
          if (user === null) throw new APIError("UNAUTHORIZED");
          const session = await internalAdapter.createSession(user.id);
          await setSessionCookie(context, { session, user });
          return context.json({ status: true });
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}
