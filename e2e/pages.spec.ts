import { type Console, expect, test } from "@/e2e/fixtures";
import { atRest } from "@/e2e/looks-in-page";
import { breakHoneypot, migrate } from "@/e2e/states";

const PAGES = [
  { path: "/", heading: "v15, ready for the migration" },
  { path: "/run", heading: "Run" },
  { path: "/runs", heading: "Runs" },
  { path: "/plan", heading: /from v15 to v16$/ },
  { path: "/schema", heading: "Schema" },
  { path: "/coverage", heading: "Nothing is covered yet" },
  { path: "/set-aside", heading: "Set aside" },
  { path: "/help", heading: "Help" },
];

test("every page says what it is, and its title of which database", async ({ page, console }) => {
  for (const { path, heading } of PAGES) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
    await expect(page).toHaveTitle(new RegExp(` · ${databaseName(console)} · Tidemark$`));
  }
});

test.describe("while the database is silent for a moment", () => {
  test.use({ expectedErrors: [/503/] });

  test("pages keep what they show, and say how old it is", async ({ page }) => {
    const error = { code: "unreachable", message: "It does not answer.", remedy: "Check it.", activeRun: null };
    const heading = page.getByRole("heading", { level: 1 });
    const strip = page.getByRole("region", { name: "Connection" });
    for (const path of ["/schema", "/plan", "/coverage", "/runs"]) {
      await page.goto(path);
      const shown = await heading.textContent();
      await page.route(/\/api\//, (route) => route.fulfill({ status: 503, json: { error } }));
      await expect(async () => {
        // Who comes back to a tab sees how things are now.
        await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
        await expect(strip).toContainText("The database does not answer.", { timeout: 500 });
      }).toPass();
      const asked = page.waitForResponse((response) => new URL(response.url()).pathname.startsWith(`/api${path}`));
      await strip.getByRole("button", { name: "Ask now" }).click();
      await asked;
      await page.evaluate(atRest, { momentMs: 300, whileMs: 3_000 });
      await expect(heading).toHaveText(shown ?? "");
      await expect(strip).toContainText("What you see was read");
      await page.unroute(/\/api\//);
    }
  });
});

test("a window that is made narrower takes the marks of the gauge along at once", async ({ page, console }) => {
  await migrate(console);
  await page.setViewportSize({ width: 1920, height: 844 });
  await page.goto("/");
  const readPlace = async () => {
    const [body, mark] = await Promise.all(
      [".gauge-body", ".tidemark"].map((part) => page.locator(part).boundingBox()),
    );
    return ((mark?.x ?? 0) - (body?.x ?? 0)) / (body?.width ?? 1);
  };
  await expect.poll(readPlace).toBeCloseTo(1, 1);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await readPlace()).toBeCloseTo(1, 1);
});

test("the reset dialog keeps the keyboard inside, and Escape leaves everything as it is", async ({ page, console }) => {
  await breakHoneypot(console, ["phase-1-only"]);
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

function databaseName(console: Console): string {
  return new URL(console.target.connectionString).pathname.slice(1);
}
