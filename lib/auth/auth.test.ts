import { expect, onTestFinished, test } from "vitest";
import { createAuth } from "@/lib/auth/auth";
import { digestOf } from "@/lib/auth/digest";
import { issueLink } from "@/lib/auth/links";
import { addFirstOperator, addOperator } from "@/lib/auth/operators";
import { readSessionToken } from "@/lib/auth/session-cookie";
import { readSession } from "@/lib/auth/sessions";
import { openPool } from "@/lib/db/client";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { readSettings } from "@/lib/env";
import { aDatabase } from "@/lib/testing/database";

const CREDENTIALS = { email: "anna@example.org", password: "water stands where it stands" };
const ORIGIN = "http://127.0.0.1:3000";

/** Signing in on a database with one operator. */
async function aConsole() {
  const database = await aDatabase();
  const client = await database.client();
  await migrateConsoleSchema(client);
  const operator = await addFirstOperator(client, { ...CREDENTIALS, name: "Anna" });
  const pool = openPool(database.target);
  onTestFinished(() => pool.end());
  const settings = readSettings({ NODE_ENV: "test" });
  const auth = createAuth(pool, "0123456789abcdef0123456789abcdef", settings);
  const ask = (path: string, body: object, cookie = "") =>
    auth.handler(
      new Request(`${ORIGIN}/api/auth${path}`, {
        method: "POST",
        headers: { origin: ORIGIN, cookie, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
  const toCookie = (answer: Response) =>
    answer.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
  return { database, client, operator, settings, ask, toCookie };
}

test("S8: the token of a session is in its cookie alone; the database keeps a digest, and finds it by that", async () => {
  const { database, client, operator, settings, ask, toCookie } = await aConsole();
  const cookie = toCookie(await ask("/sign-in/email", CREDENTIALS));
  const token = readSessionToken(cookie, settings) ?? "";
  expect(token).toMatch(/^[A-Za-z0-9]{32}$/);
  const kept = await database.query<{ token_digest: string }>("select * from tidemark.sessions");
  expect(kept).toMatchObject([{ token_digest: digestOf(token), operator_id: operator.id }]);
  expect(JSON.stringify(kept)).not.toContain(token);
  expect(await readSession(client, token, { isUse: true })).toMatchObject({ email: CREDENTIALS.email, role: "admin" });
  // Whoever reads the database has the digest, which opens nothing.
  expect(await readSession(client, digestOf(token), { isUse: true })).toBeNull();

  expect((await ask("/sign-out", {}, cookie)).status).toBe(200);
  expect(await database.query("select from tidemark.sessions")).toEqual([]);
});

test("S10: nobody signs up", async () => {
  const { database, ask } = await aConsole();
  const { status } = await ask("/sign-up/email", {
    email: "eve@example.org",
    password: "a long enough one",
    name: "Eve",
  });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(await database.query("select email from tidemark.operators")).toEqual([{ email: CREDENTIALS.email }]);
});

test("a link signs in once, of two at the same time one", async () => {
  const { client, operator, settings, ask } = await aConsole();
  const { link } = await issueLink(client, { kind: "sign-in", operatorId: operator.id }, settings);
  const token = link.split("#")[1];
  const answers = await Promise.all([1, 2, 3].map(() => ask("/sign-in/link", { token })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  const other = await issueLink(client, { kind: "password", operatorId: operator.id }, settings);
  expect((await ask("/sign-in/link", { token: other.link.split("#")[1] })).status).toBe(401);
});

test("S12: an operator without a password or disabled is answered like an unknown one", async () => {
  const { database, client, ask } = await aConsole();
  await addOperator(client, { email: "bert@example.org", name: "Bert", role: "viewer" });
  const statuses = [];
  for (const email of ["bert@example.org", "nobody@example.org"]) {
    statuses.push((await ask("/sign-in/email", { ...CREDENTIALS, email })).status);
  }
  await database.query("update tidemark.operators set disabled_at = now()");
  statuses.push((await ask("/sign-in/email", CREDENTIALS)).status);
  expect(statuses).toEqual([401, 401, 401]);
  expect(await database.query("select from tidemark.sessions")).toEqual([]);
});
