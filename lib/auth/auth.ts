import { randomUUID } from "node:crypto";
import { betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { genericOAuth, twoFactor } from "better-auth/plugins";
import type pg from "pg";
import { digestingTokens } from "@/lib/auth/digest-tokens";
import { signInByLink } from "@/lib/auth/link-plugin";
import { consumeLink, readLink } from "@/lib/auth/links";
import { hashPassword, MOST_LENGTH, verifyPassword } from "@/lib/auth/password";
import { ownOrigins } from "@/lib/auth/request-guard";
import { cookieOptions } from "@/lib/auth/session-cookie";
import { ABSOLUTE_HOURS } from "@/lib/auth/sessions";
import { operators, sessions, signInMethods, twoFactors, verifications } from "@/lib/db/access-schema";
import { consoleDb } from "@/lib/db/console-db";
import type { Settings } from "@/lib/env";

/** Name of the identity provider within better-auth and in the console's tables. */
export const PROVIDER = "oidc";

/** Where better-auth answers. */
export const AUTH_PATH = "/api/auth";

/**
 * Signing in and out, by better-auth over the console's own tables. Nobody signs up: operators are added by operators.
 * Whether a session is alive it is not asked: `readSession` says so, by the clock of the database.
 */
export function createAuth(pool: pg.Pool, secret: string, settings: Settings) {
  const { prefix, attributes } = cookieOptions(settings);
  const origins = ownOrigins(settings);
  const schema = {
    user: operators,
    session: sessions,
    account: signInMethods,
    verification: verifications,
    twoFactor: twoFactors,
  };
  return betterAuth({
    appName: "Tidemark",
    baseURL: origins[0] ?? "",
    basePath: AUTH_PATH,
    secret,
    trustedOrigins: origins,
    database: digestingTokens(drizzleAdapter(consoleDb(pool), { provider: "pg", schema })),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      maxPasswordLength: MOST_LENGTH,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    user: {
      additionalFields: {
        role: { type: "string", input: false },
        disabledAt: { type: "date", required: false, input: false },
      },
    },
    session: { expiresIn: ABSOLUTE_HOURS * 3_600, disableSessionRefresh: true },
    // Addresses come from admins, not from whoever signs up: the provider's word for one is enough.
    account: {
      accountLinking: { enabled: true, trustedProviders: [PROVIDER], requireLocalEmailVerified: false },
    },
    // Attempts are counted before it is asked, by account as well.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // It would log the addresses that somebody tried.
    logger: { disabled: true },
    advanced: {
      cookiePrefix: prefix,
      // Its own prefix would be __Secure-.
      useSecureCookies: false,
      defaultCookieAttributes: attributes,
      // The answer of a provider comes from another site.
      cookies: { state: { attributes: { sameSite: "lax" } }, oauth_state: { attributes: { sameSite: "lax" } } },
      database: { generateId: () => randomUUID() },
    },
    databaseHooks: {
      session: { create: { before: (session) => refuseDisabled(pool, session.userId) } },
      account: { create: { before: withoutTokens }, update: { before: withoutTokens } },
    },
    plugins: [
      twoFactor({ issuer: "Tidemark" }),
      signInByLink((token) => redeem(pool, token)),
      ...(settings.TIDEMARK_OIDC_ISSUER === undefined ? [] : [genericOAuth({ config: [toProvider(settings)] })]),
    ],
  });
}

/** Signing in and out on one database. */
export type Auth = ReturnType<typeof createAuth>;

/** False makes better-auth create no session. */
async function refuseDisabled(pool: pg.Pool, operatorId: string): Promise<false | undefined> {
  const { rowCount } = await pool.query("select from tidemark.operators where id = $1 and disabled_at is null", [
    operatorId,
  ]);
  return rowCount === 1 ? undefined : false;
}

/** The console asks the provider for nothing after the sign-in. */
async function withoutTokens<T extends object>(account: T) {
  return { data: { ...account, accessToken: null, refreshToken: null, idToken: null } };
}

async function redeem(pool: pg.Pool, token: string): Promise<string | null> {
  const client = await pool.connect();
  try {
    const link = await readLink(client, token);
    if (link?.kind !== "sign-in" || !(await consumeLink(client, token))) return null;
    return link.operatorId;
  } finally {
    client.release();
  }
}

/** Single sign-on: whoever the provider knows under the address of an operator is that operator; it makes none. */
function toProvider(settings: Settings) {
  return {
    providerId: PROVIDER,
    discoveryUrl: `${settings.TIDEMARK_OIDC_ISSUER?.replace(/\/$/, "")}/.well-known/openid-configuration`,
    clientId: settings.TIDEMARK_OIDC_CLIENT_ID ?? "",
    clientSecret: settings.TIDEMARK_OIDC_CLIENT_SECRET ?? "",
    scopes: ["openid", "email", "profile"],
    pkce: true,
    // What it says of its users counts only with its signature.
    requireIdTokenVerification: true,
    disableSignUp: true,
    disableImplicitSignUp: true,
  };
}
