import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Widths in pixels, and the themes to look at there: colours are the same at every width. */
const LOOKS = [
  { width: 390, themes: ["light"] },
  { width: 1280, themes: ["light", "dark"] },
  { width: 1920, themes: [] },
];

/** What is on screen is accessible in both themes and never scrolls sideways, from a telephone to a large screen. */
export async function expectGoodLooks(page: Page): Promise<void> {
  // A colour on its way from one theme to the other is nobody's colour.
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const { width, themes } of LOOKS) {
    await page.setViewportSize({ width, height: 844 });
    const excess = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(excess, `${page.url()} is wider than ${width} px`).toBeLessThanOrEqual(0);
    for (const theme of themes) {
      await page.evaluate((isDark) => document.documentElement.classList.toggle("dark", isDark), theme === "dark");
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"])
        .analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
      );
      expect(found, `${page.url()} at ${width} px, ${theme}`).toEqual([]);
    }
  }
  await page.setViewportSize({ width: 1280, height: 844 });
}
