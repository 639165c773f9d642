import { expect, NO_CONSOLE, test } from "@/e2e/fixtures";

const PASSWORD = "Canary-7f3a";

test.describe("a console of its own", () => {
  // A page that took its time to start reads again what it was sent with.
  test.use({ ...NO_CONSOLE, expectedErrors: [/503/] });

  test("an unreachable database: cause and remedy on every page, no gauge, no password", async ({
    page,
    openConsole,
  }) => {
    const dead = await openConsole(`postgres://cowrie:${PASSWORD}@127.0.0.1:9/cowrie`);
    for (const path of ["/", "/run", "/runs", "/schema", "/coverage"]) {
      await page.goto(`${dead.baseURL}${path}`);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("The database does not answer");
      await expect(page.getByRole("main").getByRole("alert").first()).toContainText(
        "127.0.0.1:9/cowrie does not answer (ECONNREFUSED)",
      );
      await expect(page.getByRole("main").getByRole("alert").first()).toContainText("Check that PostgreSQL runs there");
      await expect(page.getByRole("region", { name: /Tide gauge/ })).toHaveCount(0);
      expect(await page.content()).not.toContain(PASSWORD);
    }
    const ready = await page.request.get(`${dead.baseURL}/api/ready`);
    expect(ready.status()).toBe(503);
    expect(await ready.text()).not.toContain(PASSWORD);
    expect((await page.request.get(`${dead.baseURL}/api/health`)).status()).toBe(200);
  });

  test("a malformed address is named without any part of it", async ({ page, openConsole }) => {
    const broken = await openConsole(`mysql://cowrie:${PASSWORD}@127.0.0.1/cowrie`);
    await page.goto(broken.baseURL);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(
      "The console is not configured to reach a database",
    );
    await expect(page.getByRole("main").getByRole("alert").first()).toContainText(
      "DATABASE_URL is not a PostgreSQL connection URL",
    );
    expect(await page.content()).not.toContain(PASSWORD);
  });

  test("a database that is not Cowrie's: the reason, no gauge, and nothing was written", async ({
    page,
    openConsole,
    serverUrl,
  }) => {
    const url = new URL(serverUrl);
    url.pathname = "/postgres";
    const other = await openConsole(url.href);
    await page.goto(other.baseURL);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This database cannot be worked on");
    await expect(page.getByRole("main").getByRole("alert").first()).toContainText("is not a Cowrie database");
    await expect(page.getByRole("region", { name: /Tide gauge/ })).toHaveCount(0);
    expect(await other.query("select 1 from pg_catalog.pg_namespace where nspname = 'tidemark'")).toEqual([]);
  });
});

test("a recorded version of 18 is not worked on, and says so", async ({ page, console }) => {
  await console.query("update public.schema_state set value = '18' where key = 'schema_version'");
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This database cannot be worked on");
  await expect(page.getByRole("main").getByRole("alert").first()).toContainText("18");
  await expect(page.getByRole("button", { name: "Run migration" })).toHaveCount(0);
});
