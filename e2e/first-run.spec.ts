import { expect, NO_CONSOLE, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";
import { withClient } from "@/lib/db/client";

test.describe("a console of its own", () => {
  test.use({ ...NO_CONSOLE, expectedErrors: [/503|401/] });

  test("a role without rights: what was found, what is missing, and the statement that mends it", async ({
    page,
    serverUrl,
    template,
    openConsole,
  }) => {
    const owner = new URL(serverUrl);
    const ask = (sql: string) => withClient({ connectionString: owner.href, schema: "public" }, (it) => it.query(sql));
    await ask("create role newcomer login password 'newcomer'");
    await ask(`create database first_run template ${template}`);
    owner.pathname = "/first_run";
    await ask("drop schema tidemark cascade");
    const url = new URL(owner);
    url.username = "newcomer";
    url.password = "newcomer";
    const { baseURL } = await openConsole(url.href);
    await page.goto(baseURL);
    const items = page.getByRole("region", { name: "What is needed, and what was found" }).getByRole("listitem");
    await expect(items).toHaveCount(7);
    await expect(items.filter({ hasText: "PostgreSQL 14 to 18" })).toContainText(/found: PostgreSQL \d+/);
    await expect(items.filter({ hasText: "missing:" })).toHaveCount(1);
    await expectGoodLooks(page);

    // Each does as it says; then it goes on by itself, for somebody who can sign in by now.
    const statement = page.getByRole("main").getByRole("alert").locator(".statement code");
    await expect(async () => {
      if (page.url().includes("/sign-in")) return;
      await ask((await statement.textContent({ timeout: 1_000 })) ?? "");
      await page.getByRole("button", { name: "Look again now" }).click({ timeout: 1_000 });
      await expect(page).toHaveURL(/\/sign-in/, { timeout: 2_000 });
    }).toPass({ timeout: 40_000 });
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  });

  test("an empty database: its tables are missing, what comes after waits, and the demo is offered", async ({
    page,
    openConsole,
    serverUrl,
  }) => {
    const url = new URL(serverUrl);
    url.pathname = "/postgres";
    const other = await openConsole(url.href);
    await page.goto(`${other.baseURL}/coverage`);
    const list = page.getByRole("region", { name: "What is needed, and what was found" });
    await expect(list.getByRole("listitem").filter({ hasText: "Cowrie's tables" })).toContainText("missing:");
    await expect(list.getByRole("listitem").filter({ hasText: "A recorded version" })).toContainText(
      "not looked at yet",
    );
    await expect(page.getByRole("main")).toContainText("Only want to try Tidemark?");
    // The remedy stands alone: whoever mistyped a name at night reads one thing there.
    await expect(page.getByRole("main").getByRole("alert").first()).not.toContainText("npm run demo");
  });
});

test("an older version says what brings it to v15, and the page goes on once it is there", async ({
  page,
  console,
}) => {
  await console.query("update public.schema_state set value = '14' where key = 'schema_version'");
  await page.goto("/");
  const list = page.getByRole("region", { name: "What is needed, and what was found" });
  await expect(list.getByRole("listitem").filter({ hasText: "A recorded version" })).toContainText(
    "missing: The recorded version is 14; v16 starts from v15.",
  );
  await console.query("update public.schema_state set value = '15' where key = 'schema_version'");
  await page.getByRole("button", { name: "Look again now" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("v15, ready for the migration");
});
