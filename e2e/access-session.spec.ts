import { askAccess, callAction, PASSWORD, readAction, readCookie, signInAs } from "@/e2e/doors";
import { expect, test } from "@/e2e/fixtures";
import { send } from "@/e2e/raw-request";
import { expectStatus, startMigration } from "@/e2e/run-page";
import { digestOf } from "@/lib/auth/digest";

const HOST = "tidemark.example.org";

const isKnown = async (baseURL: string, cookie: string, headers: Record<string, string> = {}) =>
  (await send(baseURL, { path: "/api/auth/session", headers: { cookie, ...headers } })).status === 200;

test("S7: the session cookie is held to its host and away from scripts, and under a public origin to https", async ({
  console,
  openConsole,
}) => {
  await signInAs(console, "viewer");
  const credentials = { email: "viewer@example.org", password: PASSWORD };
  const local = readCookie(await askAccess(console.baseURL, "sign-in", credentials));
  expect(local.pair).toMatch(/^tidemark\.session_token=/);
  const strict = ["HttpOnly", "Path=/", "SameSite=Strict"];
  expect(local.attributes.filter((one) => !one.startsWith("Max-Age")).sort()).toEqual(strict);

  const published = await openConsole(console.target.connectionString, { TIDEMARK_PUBLIC_ORIGIN: `https://${HOST}` });
  const headers = { host: HOST, origin: `https://${HOST}` };
  const answer = await askAccess(published.baseURL, "sign-in", credentials, headers);
  expect([answer.status, answer.text]).toEqual([200, '{"status":"signed-in"}']);
  const { pair, attributes } = readCookie(answer);
  expect(pair).toMatch(/^__Host-tidemark\.session_token=[\w%.-]{32,}$/);
  expect(attributes.filter((one) => !one.startsWith("Max-Age")).sort()).toEqual([...strict, "Secure"]);
  expect(await isKnown(published.baseURL, pair, { host: HOST })).toBe(true);
});

test("S8: a sign-in begins a new session and ends the one before; ended by anybody, it opens nothing any more", async ({
  console,
}) => {
  const { baseURL } = console;
  const first = await signInAs(console, "viewer");
  const token = first.split("=")[1]?.split(/[.%]/)[0] ?? "";
  // 32 letters and digits: 190 bits.
  expect(token).toMatch(/^[A-Za-z0-9]{32}$/);
  const [stored] = await console.query<{ digests: string[]; all: string }>(
    "select array_agg(token_digest) as digests, string_agg(s::text, ' ') as all from tidemark.sessions s",
  );
  expect(stored?.digests).toContain(digestOf(token));
  expect(stored?.all).not.toContain(token);

  const credentials = { email: "viewer@example.org", password: PASSWORD };
  const second = readCookie(await askAccess(baseURL, "sign-in", credentials, { cookie: first })).pair;
  expect(second).not.toBe(first);
  expect([await isKnown(baseURL, first), await isKnown(baseURL, second)]).toEqual([false, true]);

  const left = await askAccess(baseURL, "sign-out", {}, { cookie: second });
  expect(readCookie(left).attributes).toContain("Max-Age=0");
  expect(await isKnown(baseURL, second)).toBe(false);

  // An admin ends the sessions of another one, and a disabled operator is out at once.
  const admin = await signInAs(console, "admin", "second@example.org");
  const viewer = readCookie(await askAccess(baseURL, "sign-in", credentials)).pair;
  const [row] = await console.query<{ id: string }>("select id from tidemark.operators where role = 'viewer'");
  const call = (name: string, input: object) => callAction(baseURL, readAction(name), admin, [input]);

  expect(await isKnown(baseURL, viewer)).toBe(true);
  await call("endOperatorSessions", { id: row?.id });
  expect(await isKnown(baseURL, viewer)).toBe(false);

  const again = readCookie(await askAccess(baseURL, "sign-in", credentials)).pair;
  await call("setOperatorDisabled", { id: row?.id, isDisabled: true });
  expect(await isKnown(baseURL, again)).toBe(false);
  const refused = await askAccess(baseURL, "sign-in", credentials);
  expect([refused.status, readCookie(refused).pair]).toEqual([401, ""]);
});

test("S9: a session ends after half an hour without use and after twelve hours in any case, by the database's clock", async ({
  console,
}) => {
  const { baseURL } = console;
  const age = (column: string, interval: string) =>
    console.query(`update tidemark.sessions set ${column} = clock_timestamp() - interval '${interval}'`);
  const cookie = await signInAs(console, "viewer");

  await age("seen_at", "29 minutes");
  // What a page reads by itself is no use; what it reads for somebody is.
  await send(baseURL, { path: "/api/status", headers: { cookie, accept: "application/json" } });
  const isFresh = "select bool_and(seen_at > clock_timestamp() - interval '1 minute') as fresh from tidemark.sessions";
  expect(await console.query(isFresh)).toEqual([{ fresh: false }]);
  await send(baseURL, { path: "/api/status", headers: { cookie, accept: "application/json", "tidemark-active": "1" } });
  const mine = `${isFresh} where operator_id = (select id from tidemark.operators where email = 'viewer@example.org')`;
  expect(await console.query(mine)).toEqual([{ fresh: true }]);

  await age("seen_at", "30 minutes 1 second");
  expect(await isKnown(baseURL, cookie)).toBe(false);
  await age("seen_at", "0");
  expect(await isKnown(baseURL, cookie)).toBe(true);
  await age("created_at", "12 hours 1 second");
  expect(await isKnown(baseURL, cookie)).toBe(false);
});

test.describe("a page whose session ends", () => {
  test.use({ expectedErrors: [/401/] });

  test("S8, S9: leads to the sign-in and back to where it was, while its run goes on", async ({
    page,
    console,
    credentials,
  }) => {
    await startMigration(page, "gentle");
    await console.query("delete from tidemark.sessions");
    // By itself, with what it reads next.
    await expect(page).toHaveURL(/\/sign-in\?next=%2Fruns%2F1$/, { timeout: 20_000 });
    const readStatus = () => console.query("select status from tidemark.runs");
    await expect.poll(readStatus, { timeout: 45_000 }).toEqual([{ status: "succeeded" }]);
    await page.getByLabel("E-mail").fill(credentials.email);
    await page.getByLabel("Password").fill(credentials.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(/\/runs\/1$/, { timeout: 20_000 });
    await expectStatus(page, "succeeded");
  });
});

test.describe("a stream", () => {
  test.use({ settings: { TIDEMARK_STREAM_CHECK_MS: "200" } });

  test("F81, S19: asks for a session when it is opened, and ends soon after it is revoked", async ({ console }) => {
    const { baseURL } = console;
    // Queued for good: no worker takes a run of another kind's lock, and so its stream stays open.
    await console.query(
      `insert into tidemark.runs (kind, status, started_by, last_seq) values ('verify', 'running', 'cli', 1)`,
    );
    await console.query("insert into tidemark.log_lines (run_id, seq, level, message) values (1, 1, 'info', $1)", [
      "one\n\nevent: end\ndata: {}\n\ndata: two",
    ]);
    expect((await send(baseURL, { path: "/api/runs/1/events" })).status).toBe(401);

    const cookie = await signInAs(console, "viewer");
    const stream = send(baseURL, { path: "/api/runs/1/events", headers: { cookie, accept: "text/event-stream" } });
    const isOver = stream.then(() => true);
    expect(await Promise.race([isOver, new Promise((resolve) => setTimeout(() => resolve(false), 1_000))])).toBe(false);
    await console.query("delete from tidemark.sessions");
    const { text } = await stream;
    // A line of the log is one event, whatever is written in it.
    const names = text.split("\n").filter((line) => line.startsWith("event: "));
    expect(names).toEqual(["event: run", "event: log"]);
    expect(text.split("\n").filter((line) => line.startsWith("data: "))).toHaveLength(2);
  });
});
