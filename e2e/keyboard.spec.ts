import type { Page } from "@playwright/test";
import { expect, test } from "@/e2e/fixtures";
import { expectFocusSeen, pressUntil, tabTo, walkAll } from "@/e2e/keyboard-walk";
import { expectStatus } from "@/e2e/run-page";
import { breakHoneypot, hurryUp, migrate, slowDown } from "@/e2e/states";

test.describe.configure({ timeout: 90_000 });

test("see: what is wrong, object by object, without a mouse", async ({ page, console }) => {
  await breakHoneypot(console, ["orm-shaped"]);
  await page.goto("/");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await expectFocusSeen(page);
  await page.keyboard.press("Enter");
  const errors = page.getByRole("button", { name: /^\d+ errors$/ });
  await tabTo(page, errors);
  await page.keyboard.press("Enter");
  await expect(errors).toHaveAttribute("aria-pressed", "true");

  await pressUntil(page, "?", page.getByRole("dialog", { name: "Keys" }));
  await expectFocusSeen(page);
  await page.keyboard.press("Escape");
  await expect(errors).toBeFocused();

  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await expect(page.getByRole("heading", { level: 1, name: "Schema" })).toBeVisible();
  await tabTo(page, page.getByRole("switch", { name: "Only differences" }));
  await page.keyboard.press("Space");
  await expect(page).toHaveURL(/only=differences$/);
  const contents = page.getByRole("navigation", { name: "On this page" });
  await tabTo(page, contents.getByRole("link", { name: /ip_inventory/ }));
  await page.keyboard.press("Enter");
  await expect(page.locator("#table-ip_inventory")).toBeInViewport();
  await expect(contents.locator("[aria-current]")).toContainText("ip_inventory");
  // The keyboard goes on from where it was led to.
  const country = page.getByRole("row", { name: /geo_country/ });
  await tabTo(page, country.locator("summary").first());
  await page.keyboard.press("Enter");
  await expect(country.locator("details").first()).toContainText("tidemark_geo_country");
});

test("run: started, watched, held, let go, not cancelled, through to v16", async ({ page, console }) => {
  await slowDown(console);
  await page.goto("/");
  const pace = page.locator("summary", { hasText: "Speed normal" });
  await tabTo(page, pace);
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "gentle", exact: true }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Run migration" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/runs\/1$/);
  await expectStatus(page, "running");

  await page.keyboard.press("p");
  await expectStatus(page, "paused");
  // The laptop is closed, and opened again.
  await page.reload();
  await expectStatus(page, "paused");
  await tabTo(page, page.getByRole("button", { name: "Resume" }));
  await page.keyboard.press("Enter");
  await expectStatus(page, "running");

  const opener = page.getByRole("button", { name: "Cancel run…" });
  await tabTo(page, opener, "Shift+Tab");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Cancel run 1" });
  await tabTo(page, dialog.getByRole("button", { name: "Let it run" }));
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();

  const fast = page.getByRole("button", { name: "fast", exact: true });
  await tabTo(page, fast, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(fast).toHaveAttribute("aria-pressed", "true");

  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await expectFocusSeen(page);
  await page.keyboard.type("phase 1");
  await expect(page.locator(".line mark").first()).toHaveText(/phase 1/i);
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^hit 1 of \d+$/)).toBeVisible();
  await page.keyboard.press("Escape");

  await hurryUp(console);
  await expectStatus(page, "succeeded");
  await expectVersion(page, 16);
});

test("recover: what stands in the way is agreed to, and the tables are repaired in place", async ({
  page,
  console,
}) => {
  await breakHoneypot(console, ["inet-addresses", "with-dependents"]);
  const countRows = () => console.query("select count(*)::int as rows from public.ip_inventory");
  const [before] = await countRows();
  await page.goto("/");
  await expect(page.getByRole("button", { name: "Run migration" })).toBeDisabled();
  await tabTo(page, page.getByRole("checkbox"));
  await page.keyboard.press("Space");
  await tabTo(page, page.getByRole("button", { name: "Run migration" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await expectStatus(page, "succeeded");
  await expectVersion(page, 16);
  const [after] = await countRows();
  expect(after?.rows).toBeGreaterThanOrEqual(before?.rows);
});

test("reset: the focus stays in the dialog, comes back when it is left, and the typed name does it", async ({
  page,
  console,
}) => {
  await migrate(console);
  await page.goto("/");
  const opener = page.getByRole("button", { name: "Reset to v15…" });
  await tabTo(page, opener);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  const name = dialog.getByRole("textbox");
  await expect(name).toBeVisible();
  for (const key of [...Array(12).fill("Tab"), ...Array(12).fill("Shift+Tab")]) {
    await page.keyboard.press(key);
    await expectFocusSeen(page);
    // Between the last element and the first one the focus is the browser's own.
    expect(await page.evaluate(() => document.activeElement?.closest("dialog, body")?.tagName)).toMatch(/DIALOG|BODY/);
    await expect(opener).not.toBeFocused();
  }
  await page.keyboard.press("Escape");
  await expect(opener).toBeFocused();

  await page.keyboard.press("Enter");
  await tabTo(page, name);
  await page.keyboard.type(new URL(console.target.connectionString).pathname.slice(1));
  await tabTo(page, dialog.getByRole("button", { name: "Reset to v15" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/runs\/\d+$/);
  await expectStatus(page, "succeeded");
  await expectVersion(page, 15);
});

test("prove: every stop of every page is seen, and the figures are taken along", async ({ page, console }) => {
  await migrate(console);
  await page.goto("/");
  await pressUntil(page, "?", page.getByRole("dialog", { name: "Keys" }));
  await page.keyboard.press("Escape");
  for (const [letter, heading] of [
    ["c", "v16 reached, and the database shows it"],
    ["a", "Set aside"],
    ["h", "Runs"],
    ["r", /^Run \d/],
    ["p", "Nothing to do"],
    ["o", "v16 reached, and the database shows it"],
  ] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
    await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
    // A log that comes in while the footer is walked through would push it out of sight.
    await expect(page.getByText(/^(connecting|reading, \d.*)$/)).toHaveCount(0);
    expect(await walkAll(page), `stops of ${page.url()}`).toBeGreaterThan(8);
  }

  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await tabTo(page, page.getByRole("link", { name: "CSV" }));
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
});

async function expectVersion(page: Page, version: 15 | 16): Promise<void> {
  await expect(page.getByRole("region", { name: /Tide gauge/ })).toContainText(
    `Recorded version ${version}. Observed state v${version}`,
  );
}
