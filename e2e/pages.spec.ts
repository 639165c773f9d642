import type { Page } from "@playwright/test";
import { type Console, expect, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";

const PAGES = [
  { path: "/", heading: /v15|v16/ },
  { path: "/run", heading: /^Run/ },
  { path: "/runs", heading: "Runs" },
  { path: "/plan", heading: /from v15 to v16|Nothing to do/ },
  { path: "/schema", heading: "Schema" },
  { path: "/coverage", heading: /covered|v16/ },
  { path: "/set-aside", heading: "Set aside" },
  { path: "/help", heading: "Help" },
];

test.describe("every page, before and after a migration", () => {
  test.setTimeout(300_000);

  test("is accessible in both themes and never scrolls sideways", async ({ page, console }) => {
    await checkPages(page, databaseName(console));
    await page.goto("/");
    await page.getByRole("button", { name: "Run migration" }).click();
    await expect(page.locator(".run-head").getByText("succeeded", { exact: true })).toBeVisible({ timeout: 45_000 });
    await checkPages(page, databaseName(console));

    await page.goto("/");
    await page.getByRole("button", { name: "Reset to v15…" }).click();
    await expect(page.getByRole("region", { name: "Objects that go" })).toBeVisible();
    await expectGoodLooks(page);
  });
});

test("the reset dialog keeps the keyboard inside, and Escape leaves everything as it is", async ({ page }) => {
  await page.goto("/");
  const opener = page.getByRole("button", { name: "Reset to v15…" });
  await opener.click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("textbox")).toBeVisible();
  for (let press = 0; press < 12; press += 1) {
    await page.keyboard.press("Tab");
    expect(
      await page.evaluate(() => document.activeElement?.closest("dialog") ?? document.activeElement?.tagName),
    ).not.toBe("A");
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
});

test("the theme chosen is still there after a reload, before anything is drawn", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/");
  await expect(page.locator("html")).not.toHaveClass(/dark/);
  await page.getByRole("button", { name: "Switch between light and dark" }).click();
  await expect(page.locator("html")).toHaveClass(/dark/);
  await page.reload({ waitUntil: "commit" });
  await expect(page.locator("html")).toHaveClass(/dark/);
});

test("the skip link leads past the frame", async ({ page }) => {
  await page.goto("/");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
});

test.describe("an address that leads nowhere", () => {
  test.use({ expectedErrors: [/404/] });

  for (const path of ["/nothing-here", "/runs/4711", "/runs/abc", "/runs/0"]) {
    test(`says so at ${path}`, async ({ page }) => {
      const answer = await page.goto(path);
      expect(answer?.status()).toBe(404);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no such page or run");
    });
  }
});

async function checkPages(page: Page, database: string): Promise<void> {
  for (const { path, heading } of PAGES) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
    await expect(page).toHaveTitle(new RegExp(` · ${database} · Tidemark$`));
    await expectGoodLooks(page);
  }
}

function databaseName(console: Console): string {
  return new URL(console.target.connectionString).pathname.slice(1);
}
