import { askAccess, PASSWORD, readCookie, signInAs } from "@/e2e/doors";
import { expect, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";
import { send } from "@/e2e/raw-request";
import { totp } from "@/e2e/totp";
import { ACCOUNT_ATTEMPTS, ADDRESS_ATTEMPTS } from "@/lib/auth/attempts";
import { addOperator } from "@/lib/auth/operators";
import { withClient } from "@/lib/db/client";

const WRONG = "not the password of anybody";

test.describe("nobody signed in", () => {
  // What a page was just reading is refused once its operator signs out.
  test.use({ isSignedIn: false, expectedErrors: [/401/] });

  test("the sign-in page looks right, and leads to the page that was asked for", async ({ page, credentials }) => {
    await page.goto("/schema");
    await expect(page).toHaveURL(/\/sign-in\?next=%2Fschema$/);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
    await expectGoodLooks(page);
    await page.getByLabel("E-mail").fill(credentials.email);
    await page.getByLabel("Password").fill(credentials.password);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/schema$/, { timeout: 20_000 });
    await page.getByRole("link", { name: /^Your account/ }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your account");
    await expectGoodLooks(page);
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page).toHaveURL(/\/sign-in(\?next=%2Faccount)?$/, { timeout: 20_000 });
    await page.goto("/schema");
    await expect(page).toHaveURL(/\/sign-in/);
  });

  test("goes on to pages of this console only", async ({ page, credentials }) => {
    await page.goto("/sign-in?next=//evil.example/");
    await page.getByLabel("E-mail").fill(credentials.email);
    await page.getByLabel("Password").fill(credentials.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("button", { name: "Run migration" })).toBeVisible();
    expect(new URL(page.url()).host).toMatch(/^127\.0\.0\.1:/);
  });

  test.describe("the first start", () => {
    test("S10: there is no account to begin with; a link that was printed makes the first one, once", async ({
      page,
      console,
      openConsole,
    }) => {
      await console.query("delete from tidemark.operators");
      const fresh = await openConsole(console.target.connectionString);
      await expect.poll(() => fresh.output()).toContain("/sign-in/link#");
      const link = /http:\S+\/sign-in\/link#\S+/.exec(fresh.output())?.[0] ?? "";
      for (const guess of ["admin", "tidemark", "password"]) {
        const email = `${guess}@example.org`;
        expect((await askAccess(fresh.baseURL, "sign-in", { email, password: guess })).status).toBe(401);
      }

      await page.goto(link);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Become the first operator");
      expect(page.url()).not.toContain("#");
      await expectGoodLooks(page);
      await page.getByLabel("E-mail").fill("anna@example.org");
      await page.getByLabel("Name").fill("Anna");
      await page.getByLabel("New password").fill("short");
      await expect(page.getByText("5 characters; 15 or more are advised.")).toBeVisible();
      await page.getByLabel("New password").fill("water stands where it stands");
      await page.getByRole("button", { name: "Become an admin" }).click();
      await expect(page.getByRole("button", { name: "Run migration" })).toBeVisible();
      expect(await console.query("select email, role from tidemark.operators")).toEqual([
        { email: "anna@example.org", role: "admin" },
      ]);

      await page.goto(link);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link does not open");
    });
  });
});

test("S11: attempts at an account, and from an address, are limited on every server; others sign in still", async ({
  console,
  openConsole,
}) => {
  const inside = await signInAs(console, "viewer");
  await signInAs(console, "operator");
  const other = await openConsole(console.target.connectionString);
  const attempt = (email: string, password: string, { baseURL } = console, address = "192.0.2.1") =>
    askAccess(baseURL, "sign-in", { email, password }, { "x-forwarded-for": address });

  const statuses: number[] = [];
  for (let n = 1; n <= 20; n += 1) {
    const server = n % 2 === 0 ? console : other;
    statuses.push((await attempt("viewer@example.org", WRONG, server, `203.0.113.${n}`)).status);
  }
  expect(statuses.slice(0, ACCOUNT_ATTEMPTS)).toEqual(Array(ACCOUNT_ATTEMPTS).fill(401));
  expect(statuses.slice(ACCOUNT_ATTEMPTS)).toEqual(Array(20 - ACCOUNT_ATTEMPTS).fill(429));
  // Whoever goes on trying fills no audit.
  const [kept] = await console.query<{ refused: number }>(
    "select count(*)::int as refused from tidemark.audit_events where action = 'sign-in' and outcome = 'refused'",
  );
  expect(kept?.refused).toBe(ACCOUNT_ATTEMPTS + 1);
  const locked = await attempt("viewer@example.org", PASSWORD);
  expect([locked.status, Number(locked.headers["retry-after"]) > 60]).toEqual([429, true]);
  expect((await attempt("operator@example.org", PASSWORD)).status).toBe(200);
  // Nobody outside keeps somebody inside from a confirmation.
  expect((await askAccess(console.baseURL, "confirm", { proof: PASSWORD }, { cookie: inside })).status).toBe(200);

  // And those from one address, whatever account they name and whatever is forwarded.
  await console.query(
    `insert into tidemark.action_rates (key, points, expire)
     values ('address:127.0.0.1', $1, extract(epoch from clock_timestamp())::bigint * 1000 + 600000)
     on conflict (key) do update set points = excluded.points, expire = excluded.expire`,
    [ADDRESS_ATTEMPTS],
  );
  for (const address of ["203.0.113.1", "203.0.113.2, 203.0.113.3"]) {
    expect((await attempt("a@example.org", WRONG, console, address)).status).toBe(429);
  }
});

test("S12: an unknown address, a wrong password and a disabled operator are answered alike, and as slowly", async ({
  console,
}) => {
  await signInAs(console, "viewer");
  await signInAs(console, "operator");
  await console.query("update tidemark.operators set disabled_at = clock_timestamp() where role = 'operator'");
  const kinds = {
    unknown: () => ({ email: `nobody${Math.random()}@example.org`, password: WRONG }),
    wrong: () => ({ email: "viewer@example.org", password: WRONG }),
    disabled: () => ({ email: "operator@example.org", password: PASSWORD }),
  };
  const times: Record<string, number[]> = {};
  const answers = new Set<string>();
  for (let round = 0; round < 8; round += 1) {
    for (const [kind, credentials] of Object.entries(kinds)) {
      const startedAt = performance.now();
      const { status, text, headers } = await askAccess(console.baseURL, "sign-in", credentials());
      times[kind] = [...(times[kind] ?? []), performance.now() - startedAt];
      answers.add(`${status} ${text} ${headers["set-cookie"]}`);
    }
  }
  expect([...answers]).toHaveLength(1);
  const median = (kind: string) => times[kind]?.sort((a, b) => a - b)[4] ?? 0;
  const ratio = median("unknown") / median("wrong");
  expect(ratio).toBeGreaterThan(0.4);
  expect(ratio).toBeLessThan(2.5);
});

test("S13: with a second factor neither password nor code alone opens anything", async ({ console }) => {
  const { baseURL } = console;
  const cookie = await signInAs(console, "operator");
  const begun = await askAccess(baseURL, "two-factor/begin", { password: PASSWORD }, { cookie });
  const { address, backupCodes } = JSON.parse(begun.text) as { address: string; backupCodes: string[] };
  const key = new URL(address).searchParams.get("secret") ?? "";
  const finished = await askAccess(baseURL, "two-factor/finish", { code: totp(key) }, { cookie });
  expect(finished.status).toBe(200);

  const [stored] = await console.query<{ kept: string }>("select t::text as kept from tidemark.two_factors t");
  for (const secret of [key, backupCodes[0] ?? ""]) expect(stored?.kept).not.toContain(secret);

  const signIn = async () => {
    const half = await askAccess(baseURL, "sign-in", { email: "operator@example.org", password: PASSWORD });
    expect(half.text).toBe('{"status":"code-needed"}');
    const cookies = [half.headers["set-cookie"] ?? []].flat().map((line) => line.split(";")[0]);
    return cookies.filter((pair) => !pair?.endsWith("=")).join("; ");
  };
  const half = await signIn();
  expect((await send(baseURL, { path: "/api/status", headers: { cookie: half } })).status).toBe(401);
  expect((await askAccess(baseURL, "sign-in/code", { code: totp(key) })).status).toBe(401);
  expect((await askAccess(baseURL, "sign-in/code", { code: "000000" }, { cookie: half })).status).toBe(401);
  // Each code is good once: that of the setup is used, the next one counts already.
  expect((await askAccess(baseURL, "sign-in/code", { code: totp(key) }, { cookie: half })).status).toBe(401);
  const code = totp(key, Date.now() + 30_000);
  const whole = await askAccess(baseURL, "sign-in/code", { code }, { cookie: await signIn() });
  expect(whole.text).toBe('{"status":"signed-in"}');
  const session = readCookie(whole).pair;
  expect((await send(baseURL, { path: "/api/status", headers: { cookie: session } })).status).toBe(200);
  expect((await askAccess(baseURL, "sign-in/code", { code }, { cookie: await signIn() })).status).toBe(401);

  // Lost the phone: a backup code does, once.
  const byCode = async () =>
    (await askAccess(baseURL, "sign-in/code", { code: backupCodes[0] }, { cookie: await signIn() })).status;
  expect([await byCode(), await byCode()]).toEqual([200, 401]);
});

test("operators are added, changed and removed on their page", async ({ page, console, browser }) => {
  await withClient(console.target, (client) =>
    addOperator(client, { email: "old@example.org", name: "Old", role: "viewer" }),
  );
  await page.goto("/operators");
  await expectGoodLooks(page);
  await page.getByLabel("E-mail").fill("anna@example.org");
  await page.getByLabel("Name").fill("Anna");
  await page.getByRole("button", { name: "Add" }).click();
  const link = await page.getByRole("status").locator("code").textContent();
  await page.getByLabel("Role of old@example.org").selectOption("operator");
  await expect(page.getByLabel("Role of old@example.org")).toHaveValue("operator");
  await page.getByRole("row", { name: /tess/ }).getByRole("button", { name: "Disable" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("This is the only admin left");

  const stranger = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const other = await stranger.newPage();
  await other.goto(link ?? "");
  await other.getByLabel("New password").fill("a password of anna's own");
  await other.getByRole("button", { name: "Set the password" }).click();
  await expect(other.getByRole("link", { name: "Your account: anna@example.org, operator" })).toBeVisible();
  await stranger.close();
});
