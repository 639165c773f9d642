import type { Locator, Page } from "@playwright/test";
import { expect, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";
import { startMigration } from "@/e2e/run-page";

// A run over so many can be held before it is through.
test.use({ sessions: 12_000 });

test("the palette is not loaded with a page, finds by name, goes there, and gives the focus back", async ({ page }) => {
  test.setTimeout(90_000);
  const scripts: string[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") scripts.push(response.url());
  });
  await page.goto("/");
  const opener = page.getByRole("button", { name: "Command palette" });
  await opener.focus();
  const before = scripts.length;
  const search = page.getByRole("combobox");
  await pressUntil(page, "Control+k", search);
  await expect(search).toBeFocused();
  expect(scripts.length, "the palette came with the page").toBeGreaterThan(before);
  await expectGoodLooks(page);

  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(opener).toBeFocused();

  await page.keyboard.press("Control+k");
  await search.fill("nothing is called this");
  await expect(page.getByText("Nothing of that name.")).toBeVisible();
  await search.fill("asn_inv");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/schema#table-asn_inventory$/);
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await opener.click();
  await search.fill("drift");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("switch", { name: "Only differences" })).toBeChecked();
});

test("g and a letter lead to every page, also where a letter alone does something else", async ({ page }) => {
  await page.goto("/");
  await pressUntil(page, "?", page.getByRole("dialog", { name: "Keys" }));
  await page.keyboard.press("Escape");
  for (const [letter, path] of [
    ["s", "/schema"],
    ["p", "/plan"],
    ["c", "/coverage"],
    ["a", "/set-aside"],
    ["h", "/runs"],
    ["?", "/help"],
    ["o", "/"],
  ] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await expect(page).toHaveURL((url) => url.pathname === path);
  }
});

test("keys are listed under ?, switched off there, and stay off", async ({ page }) => {
  await page.goto("/runs");
  const list = page.getByRole("dialog", { name: "Keys" });
  await pressUntil(page, "?", list);
  await expect(list).toContainText("Set aside");
  await expectGoodLooks(page);
  await list.getByRole("switch").uncheck();
  await page.keyboard.press("Escape");
  await expect(list).toHaveCount(0);

  await page.reload();
  await expect(page.getByRole("button", { name: "keys are off" })).toBeVisible();
  await page.keyboard.press("?");
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  // The palette needs a modifier, so it still opens; had one of those done anything, it would show by then.
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Command palette" })).toBeVisible();
  await expect(page).toHaveURL(/\/runs$/);
  await page.getByRole("option", { name: /Switch keys without a modifier on/ }).click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(list).toBeVisible();
});

test.describe("while a run is active", () => {
  test.use({ settings: { TIDEMARK_BATCH_TARGET_MS: "100" } });

  test("the palette offers what may be asked of it now", async ({ page, console }) => {
    await startMigration(page, "gentle");
    await page.goto("/schema");
    await pressUntil(page, "Control+k", page.getByRole("combobox"));
    await page.getByRole("option", { name: /^Pause run 1/ }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("option", { name: /^Resume run 1/ })).toBeVisible();
    await expect(page.getByRole("option", { name: /^Reset/ })).toHaveCount(0);
    await page.getByRole("option", { name: /^Follow run 1/ }).click();
    await expect(page).toHaveURL(/\/runs\/1$/);

    // There p alone would resume it.
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await expect(page).toHaveURL(/\/plan$/);
    await expect
      .poll(() => console.query("select status, wish from tidemark.runs"))
      .toEqual([{ status: "paused", wish: "hold" }]);
  });
});

/** A page that was just loaded hears keys only once its scripts have run. */
async function pressUntil(page: Page, key: string, shown: Locator): Promise<void> {
  await expect(async () => {
    await page.keyboard.press(key);
    await expect(shown).toBeVisible({ timeout: 1_000 });
  }).toPass();
}
