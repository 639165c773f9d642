import path from "node:path";
import type { Page } from "@playwright/test";
import { expect, test } from "@/e2e/fixtures";
import { expectGoodLooks, expectNoShift, openAt, WIDTHS, watchForShifts } from "@/e2e/looks";
import { expectStatus, journalFailedRun } from "@/e2e/run-page";
import { breakHoneypot, journalLostRun, migrate, startFailingMigration, startSlowMigration } from "@/e2e/states";

const PAGES = {
  overview: "/",
  run: "/run",
  runs: "/runs",
  schema: "/schema",
  plan: "/plan",
  coverage: "/coverage",
  "set-aside": "/set-aside",
  help: "/help",
};

type PageName = keyof typeof PAGES;

const EVERY_PAGE = Object.keys(PAGES) as PageName[];

/**
 * A folder for a picture of every page in every state, to be looked at one by one. Without it none are made, and a state is
 * looked at only on the pages that it changes.
 */
const PICTURES = process.env.TIDEMARK_PICTURES;

test.describe.configure({ timeout: PICTURES === undefined ? 120_000 : 600_000 });
// A trace of so many looks costs more than the looks.
test.use({ trace: "off" });

test.describe("not eligible", () => {
  // It is asked again every few seconds whether it is by now.
  test.use({ expectedErrors: [/503/] });

  test("every page says why, and offers nothing", async ({ page, openConsole, serverUrl }) => {
    const { baseURL } = await openConsole(serverUrl);
    for (const name of EVERY_PAGE.filter((other) => other !== "help")) {
      await page.goto(`${baseURL}${PAGES[name]}`);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("This database cannot be worked on");
      await expect(page.getByRole("main").getByRole("alert")).toBeVisible();
      await expect(page.locator(".btn.primary")).toHaveCount(0);
    }
    // One page in the place of all of them.
    await lookAtPages(page, { state: "not-eligible", turn: 0, pages: ["overview"], baseURL });
  });
});

test("v15", async ({ page }) => {
  await lookAtPages(page, { state: "v15", turn: 1, pages: EVERY_PAGE });
});

test("partial: another attempt, the application's tables and the operator's views", async ({ page, console }) => {
  await breakHoneypot(console, ["orm-shaped-filled", "half-indexed", "with-dependents"]);
  // No run has left anything yet.
  await lookAtPages(page, { state: "partial", turn: 2, pages: ["overview", "schema", "plan", "coverage"] });
});

test("running, then paused", async ({ page, console }) => {
  await startSlowMigration(page, console);
  await lookAtPages(page, { state: "running", turn: 0, pages: ["overview", "run", "runs", "schema", "plan"] });
  await page.goto("/run");
  await expectStatus(page, "running");
  await page.getByRole("button", { name: "Pause" }).click();
  await expectStatus(page, "paused");
  // Everywhere else but in the tab a run that is held looks like one that is not.
  await lookAtPages(page, { state: "paused", turn: 1, pages: ["overview", "run"] });
});

test("failed", async ({ page, console }) => {
  await startFailingMigration(page, console);
  // What it has left in the catalog looks like any partial state.
  await lookAtPages(page, { state: "failed", turn: 2, pages: ["overview", "run", "runs"] });
});

test("interrupted: its process is gone, and the run is offered", async ({ page, console }) => {
  await breakHoneypot(console, ["phase-1-only"]);
  await page.goto("/");
  await journalLostRun(console);
  await lookAtPages(page, { state: "interrupted", turn: 0, pages: ["overview", "run", "runs"] });
});

test("v16, and the preview of a reset", async ({ page, console }) => {
  await migrate(console);
  await lookAtPages(page, { state: "v16", turn: 0, pages: EVERY_PAGE.filter((name) => name !== "help") });
  await page.goto("/");
  await page.getByRole("button", { name: "Reset to v15…" }).click();
  await expect(page.getByRole("region", { name: "Objects that go" })).toBeVisible();
  await lookAtThis(page, "v16", "reset");
});

test("drifted: 16 written over empty columns", async ({ page, console }) => {
  await breakHoneypot(console, ["claims-16"]);
  // No run has left anything yet.
  await lookAtPages(page, { state: "drifted", turn: 1, pages: ["overview", "schema", "plan", "coverage"] });
});

test("a log of 100,000 lines", async ({ page, console }) => {
  await page.goto("/");
  await journalFailedRun(console, 100_000);
  // Its length is seen nowhere else.
  await lookAtPages(page, { state: "large-log", turn: 1, pages: ["run"] });
});

/**
 * Opens pages in turn, and judges each at every width.
 *
 * @param options.turn moves the width a page is opened and judged at first, so that over the states all of them come first.
 */
async function lookAtPages(
  page: Page,
  options: { state: string; turn: number; pages: PageName[]; baseURL?: string },
): Promise<void> {
  const { state, turn, pages, baseURL = "" } = options;
  await watchForShifts(page);
  for (const [index, name] of (PICTURES === undefined ? pages : EVERY_PAGE).entries()) {
    const first = (turn + index) % WIDTHS.length;
    const widths = [...WIDTHS.slice(first), ...WIDTHS.slice(0, first)];
    await page.emulateMedia({ reducedMotion: null });
    await openAt(page, `${baseURL}${PAGES[name]}`, widths[0] ?? 1280);
    await expectNoShift(page);
    await lookAtThis(page, state, name, widths);
    await expectNoShift(page);
  }
}

async function lookAtThis(page: Page, state: string, name: string, widths = WIDTHS): Promise<void> {
  if (PICTURES === undefined) return expectGoodLooks(page, { widths });
  await expectGoodLooks(page, {
    widths,
    onLook: async ({ width, theme }) => {
      await page.screenshot({ path: path.join(PICTURES, `${state}-${name}-${width}-${theme}.png`), fullPage: true });
    },
  });
}
