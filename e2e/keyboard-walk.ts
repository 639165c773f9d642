import { expect, type Locator, type Page } from "@playwright/test";
import { findFocusFaults } from "@/e2e/looks-in-page";

/** Stops of the longest way through a page. */
const MOST_STOPS = 150;

/** Presses Tab until `target` has the focus; wherever it rests on the way, it is seen. */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await expect(target).toBeVisible();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press(key);
    await expectFocusSeen(page);
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${key} does not lead to ${target} within ${MOST_STOPS} stops.`);
}

/** Walks from the top of a page to its end, and gives the number of its stops. */
export async function walkAll(page: Page): Promise<number> {
  await page.evaluate(() => {
    // Where the focus was last is where the next Tab would begin.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
  });
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press("Tab");
    const isRound = await page.evaluate((isFirst) => {
      const { activeElement, body } = document;
      if (isFirst) Object.assign(window, { firstStop: activeElement });
      else return activeElement === body || activeElement === (window as { firstStop?: unknown }).firstStop;
      return false;
    }, stops === 0);
    if (isRound) return stops;
    await expectFocusSeen(page);
  }
  throw new Error(`${page.url()} has more than ${MOST_STOPS} stops, or holds the focus.`);
}

/** What has the focus, if anything has, is in sight, and so is the frame around it. */
export async function expectFocusSeen(page: Page): Promise<void> {
  expect(await page.evaluate(findFocusFaults, "current" as const), page.url()).toEqual([]);
}

/** A page that was just loaded hears keys only once its scripts have run. */
export async function pressUntil(page: Page, key: string, shown: Locator): Promise<void> {
  await expect(async () => {
    await page.keyboard.press(key);
    await expect(shown).toBeVisible({ timeout: 1_000 });
  }).toPass();
}
