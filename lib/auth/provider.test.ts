import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createAuth, PROVIDER } from "@/lib/auth/auth";
import { addFirstOperator } from "@/lib/auth/operators";
import { openPool } from "@/lib/db/client";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { readSettings } from "@/lib/env";
import { aDatabase } from "@/lib/testing/database";

const ORIGIN = "http://127.0.0.1:3000";
const CLIENT = "tidemark";

/** An OpenID Connect provider that knows one user, by this address; `forged`: signs with another key than it publishes. */
async function aProvider(email: string, { forged = false } = {}) {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  let nonce: string | null = null;
  let challenge: string | null = null;
  const server = createServer((request, response) => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const answer = (value: object, status = 200) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    if (request.url === "/.well-known/openid-configuration") {
      return answer({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        id_token_signing_alg_values_supported: ["RS256"],
      });
    }
    if (request.url === "/keys") {
      return answer({ keys: [{ ...keys.publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" }] });
    }
    let body = "";
    request.on("data", (part) => {
      body += String(part);
    });
    request.on("end", () => {
      const verifier = new URLSearchParams(body).get("code_verifier") ?? "";
      if (createHash("sha256").update(verifier).digest("base64url") !== challenge) return answer({}, 400);
      const now = Math.floor(Date.now() / 1_000);
      const claims = { iss: issuer, aud: CLIENT, sub: "7", email, email_verified: true, name: "Anna", nonce };
      const signed = `${encode({ alg: "RS256", kid: "one" })}.${encode({ ...claims, iat: now, exp: now + 60 })}`;
      const signature = sign("RSA-SHA256", Buffer.from(signed), (forged ? other : keys).privateKey);
      answer({
        access_token: "kept by nobody",
        token_type: "Bearer",
        id_token: `${signed}.${signature.toString("base64url")}`,
      });
    });
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Where the browser is sent, and what the provider remembers of it. */
    visit(address: string) {
      const asked = new URL(address).searchParams;
      nonce = asked.get("nonce");
      challenge = asked.get("code_challenge");
      return asked.get("state") ?? "";
    },
  };
}

/** Signs in by way of a provider, as a browser does; gives where it ends, and the cookies that it got. */
async function signInBy(provider: Awaited<ReturnType<typeof aProvider>>) {
  const database = await aDatabase();
  const client = await database.client();
  await migrateConsoleSchema(client);
  await addFirstOperator(client, { email: "anna@example.org", name: "Anna", password: "water stands where it stands" });
  const pool = openPool(database.target);
  onTestFinished(() => pool.end());
  const settings = readSettings({
    NODE_ENV: "test",
    TIDEMARK_OIDC_ISSUER: provider.issuer,
    TIDEMARK_OIDC_CLIENT_ID: CLIENT,
    TIDEMARK_OIDC_CLIENT_SECRET: "known to the two of them",
  });
  const auth = createAuth(pool, "0123456789abcdef0123456789abcdef", settings);
  const begun = await auth.handler(
    new Request(`${ORIGIN}/api/auth/sign-in/social`, {
      method: "POST",
      headers: { origin: ORIGIN, "content-type": "application/json" },
      body: JSON.stringify({
        provider: PROVIDER,
        callbackURL: "/sign-in?arrived",
        errorCallbackURL: "/sign-in?failed",
      }),
    }),
  );
  const { url } = (await begun.json()) as { url: string };
  const state = provider.visit(url);
  const cookie = begun.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const back = await auth.handler(
    new Request(`${ORIGIN}/api/auth/callback/${PROVIDER}?code=one&state=${state}`, { headers: { cookie } }),
  );
  const hasSession = back.headers.getSetCookie().some((line) => /session_token=[^;]/.test(line));
  return { database, url, location: back.headers.get("location"), hasSession };
}

test("single sign-on: whoever the provider vouches for is the operator of that address, and no token is kept", async () => {
  const { database, url, location, hasSession } = await signInBy(await aProvider("anna@example.org"));
  expect(new URL(url).searchParams.get("code_challenge_method")).toBe("S256");
  expect([location, hasSession]).toEqual([expect.stringMatching(/\/sign-in\?arrived/), true]);
  const kept = await database.query(
    `select provider, subject, access_token, refresh_token, id_token from tidemark.sign_in_methods where provider = 'oidc'`,
  );
  expect(kept).toEqual([{ provider: "oidc", subject: "7", access_token: null, refresh_token: null, id_token: null }]);
});

test.each([
  ["somebody who is no operator", "eve@example.org", {}],
  ["an answer with a forged signature", "anna@example.org", { forged: true }],
])("single sign-on: %s opens nothing", async (_, email, options) => {
  const { database, hasSession } = await signInBy(await aProvider(email, options));
  expect(hasSession).toBe(false);
  expect(await database.query("select from tidemark.sessions")).toEqual([]);
  expect(await database.query("select email from tidemark.operators")).toEqual([{ email: "anna@example.org" }]);
});
