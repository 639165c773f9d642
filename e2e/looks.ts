import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { atRest, findFocusFaults, type Shift, watchShifts } from "@/e2e/looks-in-page";

/** How wide and in which theme a page is looked at. */
export interface Look {
  width: number;
  theme: "light" | "dark";
}

/** From a telephone to a large screen, in pixels. */
export const WIDTHS: readonly number[] = [390, 1280, 1920];

const THEMES = ["light", "dark"] as const;
const HEIGHT = 844;
const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

/** Allowed movement of a page while nobody touches it: what the Web Vitals call good. */
const MOST_SHIFT = 0.1;

/**
 * What is on screen is accessible in both themes at every width, never scrolls sideways, and holds nothing that takes the
 * focus out of sight.
 *
 * @param options.onLook called for each look before it is judged.
 */
export async function expectGoodLooks(
  page: Page,
  options: { widths?: readonly number[]; onLook?: (look: Look) => Promise<void> } = {},
): Promise<void> {
  const { widths = WIDTHS, onLook = async () => {} } = options;
  // A colour on its way from one theme to the other is nobody's colour.
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const width of widths) {
    await page.setViewportSize({ width, height: HEIGHT });
    const excess = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect.soft(excess, `${page.url()} is wider than ${width} px`).toBeLessThanOrEqual(0);
    for (const theme of THEMES) {
      await showTheme(page, theme);
      await onLook({ width, theme });
      expect.soft(await findViolations(page, theme), `${page.url()} at ${width} px, ${theme}`).toEqual([]);
    }
    expect
      .soft(await page.evaluate(findFocusFaults, "every" as const), `${page.url()} at ${width} px, not seen`)
      .toEqual([]);
  }
  await showTheme(page, "light");
  await page.setViewportSize({ width: 1280, height: HEIGHT });
}

/** From the next page on, what moves by itself is noted for `expectNoShift`. */
export async function watchForShifts(page: Page): Promise<void> {
  await page.addInitScript(watchShifts);
}

/** Opens a page as wide as given, and comes back once it is at rest. */
export async function openAt(page: Page, url: string, width: number): Promise<void> {
  await page.setViewportSize({ width, height: HEIGHT });
  await page.goto(url);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
  await page.evaluate(atRest, { momentMs: 300, whileMs: 3_000 });
}

/** Nothing has moved since the page was opened but what somebody pressed or resized. */
export async function expectNoShift(page: Page): Promise<void> {
  const shifts = await page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts);
  const sum = shifts.reduce((total, { value }) => total + value, 0);
  const moved = shifts.map(({ value, moved }) => `${value.toFixed(3)} ${moved.join(", ")}`);
  expect.soft(sum, `${page.url()} moved by itself: ${moved.join("; ")}`).toBeLessThan(MOST_SHIFT);
}

async function showTheme(page: Page, theme: Look["theme"]): Promise<void> {
  await page.evaluate((isDark) => document.documentElement.classList.toggle("dark", isDark), theme === "dark");
}

/** What axe finds, one text a rule. */
async function findViolations(page: Page, theme: Look["theme"]): Promise<string[]> {
  // The other mode opens a page of its own for each analysis, of use only where frames come from elsewhere.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  // All that the second theme changes is colours.
  const { violations } = await (theme === "light" ? axe.withTags(RULES) : axe.withRules("color-contrast")).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}
