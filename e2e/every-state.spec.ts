import path from "node:path";
import type { Page } from "@playwright/test";
import { expect, test } from "@/e2e/fixtures";
import { expectGoodLooks, expectNoShift, openAt, WIDTHS, watchForShifts } from "@/e2e/looks";
import { journalFailedRun } from "@/e2e/run-page";
import { migrate, startFailingMigration } from "@/e2e/states";

const PAGES = {
  overview: "/",
  run: "/run",
  runs: "/runs",
  schema: "/schema",
  plan: "/plan",
  coverage: "/coverage",
  "set-aside": "/set-aside",
};

/** A folder for a picture of every page in every state, to be looked at one by one; none are made without it. */
const PICTURES = process.env.TIDEMARK_PICTURES;

test.describe.configure({ timeout: 300_000 });
// A trace of so many looks costs more than the looks.
test.use({ trace: "off" });

test("not eligible: every page says why, and offers nothing", async ({ page, openConsole, serverUrl }) => {
  const other = await openConsole(serverUrl);
  await lookAtEveryPage(page, { state: "not-eligible", turn: 0, baseURL: other.baseURL });
});

test("v15", async ({ page }) => {
  await lookAtEveryPage(page, { state: "v15", turn: 1 });
});

test("failed", async ({ page, console }) => {
  await startFailingMigration(page, console);
  await lookAtEveryPage(page, { state: "failed", turn: 2 });
});

test("v16, and the preview of a reset", async ({ page, console }) => {
  await migrate(console);
  await lookAtEveryPage(page, { state: "v16", turn: 0 });
  await page.goto("/");
  await page.getByRole("button", { name: "Reset to v15…" }).click();
  await expect(page.getByRole("region", { name: "Objects that go" })).toBeVisible();
  await lookAtThis(page, "v16", "reset");
});

test("a log of 100,000 lines", async ({ page, console }) => {
  await page.goto("/");
  await journalFailedRun(console, 100_000);
  await lookAtEveryPage(page, { state: "large-log", turn: 2 });
});

/**
 * Opens every page in turn, and judges it in both themes at every width.
 *
 * @param options.turn moves the width a page is opened at, so that over the states each page is opened at all of them.
 */
async function lookAtEveryPage(page: Page, options: { state: string; turn: number; baseURL?: string }): Promise<void> {
  const { state, turn, baseURL = "" } = options;
  await watchForShifts(page);
  for (const [index, [name, address]] of Object.entries(PAGES).entries()) {
    const first = (turn + index) % WIDTHS.length;
    const widths = [...WIDTHS.slice(first), ...WIDTHS.slice(0, first)];
    await page.emulateMedia({ reducedMotion: null });
    await openAt(page, `${baseURL}${address}`, widths[0] ?? 1280);
    await expectNoShift(page);
    await lookAtThis(page, state, name, widths);
    await expectNoShift(page);
  }
}

async function lookAtThis(page: Page, state: string, name: string, widths = WIDTHS): Promise<void> {
  await expectGoodLooks(page, {
    widths,
    onLook: async ({ width, theme }) => {
      if (PICTURES === undefined) return;
      await page.screenshot({ path: path.join(PICTURES, `${state}-${name}-${width}-${theme}.png`), fullPage: true });
    },
  });
}
