import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";
import { GLOSSARY, MEANINGS } from "@/lib/client/glossary";

test("a word explains itself where it stands, by keyboard too, and leads to the list of all words", async ({
  page,
}) => {
  await page.goto("/");
  const word = page.getByRole("main").getByRole("button", { name: "recorded version" });
  const meaning = page.getByText(MEANINGS["recorded-version"]);
  await expect(meaning).toBeHidden();
  await word.focus();
  await page.keyboard.press("Enter");
  await expect(meaning).toBeVisible();
  expect((await new AxeBuilder({ page }).include("main").analyze()).violations).toEqual([]);

  // WCAG 2.2, 1.4.13: it goes away without the focus moving.
  await page.keyboard.press("Escape");
  await expect(meaning).toBeHidden();
  await expect(word).toBeFocused();

  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const all = page.getByRole("link", { name: "All words" });
  await expect(all).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/help#recorded-version$/);
  await expect(page.locator("#recorded-version")).toContainText(MEANINGS["recorded-version"]);
});

test("what a word opens never leaves the window", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");
  const words = page.getByRole("main").locator("button.term");
  await expect(words.first()).toBeVisible();
  for (const word of await words.all()) {
    await word.click();
    const shown = page.locator(".term-means:popover-open");
    await expect(shown).toHaveCount(1);
    const box = await shown.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(844);
    await page.keyboard.press("Escape");
    await expect(shown).toHaveCount(0);
  }
});

test.describe("without a database", () => {
  test.use({ expectedErrors: [/503/] });

  test("Help has every word, every key and the guide's own sentences", async ({ page, openConsole }) => {
    const dead = await openConsole("postgres://cowrie@127.0.0.1:9/cowrie");
    await page.goto(`${dead.baseURL}/help`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Help");
    const words = page.getByRole("region", { name: "Words" });
    for (const { term } of GLOSSARY) await expect(words.getByText(term, { exact: true })).toBeVisible();
    await expect(page.getByRole("region", { name: "Keys", exact: true })).toContainText("Command palette");
    await expect(page.getByRole("region", { name: "The recovery guide" })).toContainText(
      "Incomplete ip_inventory schema detected. Drop table and re-run migration.",
    );
    await expectGoodLooks(page);
  });
});
