import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { atRest, findFocusFaults, readExcess, type Shift, watchShifts } from "@/e2e/looks-in-page";

/** How wide and in which theme a page is looked at. */
export interface Look {
  width: number;
  theme: "light" | "dark";
}

/** A telephone, in pixels: fingers need room. */
const NARROW = 390;

/** A laptop, a telephone, a large screen, in pixels. */
export const WIDTHS: readonly number[] = [1280, NARROW, 1920];

const THEMES = ["light", "dark"] as const;
const HEIGHT = 844;
const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

/** Allowed movement of a page while nobody touches it: what the Web Vitals call good. */
const MOST_SHIFT = 0.1;

/**
 * What is on screen never scrolls sideways at any of the widths and holds nothing that takes the focus out of sight, and it
 * is accessible. Rules cost far more than looks: all of them are tried once, in the light theme at the first width; the
 * colours of the dark one at the second; the room for fingers where it is least.
 *
 * @param options.onLook called for each width in each theme.
 */
export async function expectGoodLooks(
  page: Page,
  options: { widths?: readonly number[]; onLook?: (look: Look) => Promise<void> } = {},
): Promise<void> {
  const { widths = WIDTHS, onLook } = options;
  // A colour on its way from one theme to the other is nobody's colour.
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const [index, width] of widths.entries()) {
    await page.setViewportSize({ width, height: HEIGHT });
    if (onLook !== undefined) await lookInBothThemes(page, width, onLook);
    const theme = index === 1 ? "dark" : "light";
    await showTheme(page, theme);
    const where = `${page.url()} at ${width} px, ${theme}`;
    expect.soft(await page.evaluate(readExcess), `${where}: wider than the window`).toBeLessThanOrEqual(0);
    expect.soft(await findViolations(page, index, width), where).toEqual([]);
    expect.soft(await page.evaluate(findFocusFaults, "every" as const), `${where}: not seen`).toEqual([]);
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

async function lookInBothThemes(page: Page, width: number, onLook: (look: Look) => Promise<void>): Promise<void> {
  for (const theme of THEMES) {
    await showTheme(page, theme);
    await onLook({ width, theme });
  }
}

async function showTheme(page: Page, theme: Look["theme"]): Promise<void> {
  // A page that is just being opened has no root element yet: a locator waits for it.
  await page.locator("html").evaluate((root, isDark) => root.classList.toggle("dark", isDark), theme === "dark");
}

/** What axe finds at one of the widths, one text a rule. */
async function findViolations(page: Page, index: number, width: number): Promise<string[]> {
  // All that the other theme changes is colours.
  const rules = [...(index === 1 ? ["color-contrast"] : []), ...(width === NARROW ? ["target-size"] : [])];
  if (index > 0 && rules.length === 0) return [];
  // The other mode opens a page of its own for each analysis, of use only where frames come from elsewhere. What is right
  // is not described.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).setLegacyMode();
  const { violations } = await (index === 0 ? axe.withTags(RULES) : axe.withRules(rules)).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}
