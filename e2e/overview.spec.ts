import { expect, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";
import { expectStatus, journalFailedRun, startMigration } from "@/e2e/run-page";
import { runToEnd, verify } from "@/lib/migration";

test("what is started in one tab arrives in the other by itself, and is said once", async ({ page, context }) => {
  const other = await context.newPage();
  await other.goto("/");
  await expect(other.getByText("No run yet.")).toBeVisible();
  await expect(other.getByText("No ledger closed yet.")).toBeVisible();
  const news = other.locator("[role=status].sr");
  await expect(news).toHaveText("");
  // Until it has read for the first time, nothing is news.
  await other.waitForResponse(/\/api\/pulse$/);

  await startMigration(page);
  await expect(other.getByRole("link", { name: "Run 1", exact: true })).toBeVisible();
  await expectStatus(page, "succeeded");

  await expect(other.getByRole("heading", { level: 1 })).toHaveText("v16 reached, and the database shows it");
  await expect(other.getByRole("region", { name: "Last run" })).toContainText(/succeeded.*Run 1, migrate, took/);
  await expect(other.getByRole("region", { name: "Honeypot data" })).toContainText("Nothing lost, nothing changed");
  // A run may be over before it is heard of.
  await expect(news).toHaveText(/^Run 1(, the migration,)? has succeeded\.$/);
  await expectGoodLooks(other);
});

test("a catch-up says what it does before it begins, and does it", async ({ page, console }) => {
  const signal = new AbortController().signal;
  await runToEnd(console.target, { kind: "migrate", startedBy: "cli", signal, onEvent: () => {} });
  await console.query(
    `update public.session_summaries set enrichment_at = null
     where session_id in (select session_id from public.session_summaries limit 3)`,
  );
  await verify(console.target, { startedBy: "cli" });
  await page.goto("/");
  await page.getByRole("button", { name: /^Catch up / }).click();
  const dialog = page.getByRole("dialog", { name: /^Catch up / });
  await expect(dialog).toContainText("ingest goes on");
  await expectGoodLooks(page);
  await dialog.getByRole("button", { name: "Not now" }).click();
  await expect(dialog).toBeHidden();
  expect(await console.query("select 1 from tidemark.runs where kind = 'catch-up'")).toEqual([]);

  await page.getByRole("button", { name: /^Catch up / }).click();
  await dialog.getByRole("button", { name: "Catch up", exact: true }).click();
  await expectStatus(page, "succeeded");
  expect(
    await console.query("select count(*)::int as open from public.session_summaries where enrichment_at is null"),
  ).toEqual([{ open: 0 }]);
});

test("a run that failed is told with its cause, on the page that says what comes next", async ({ page, console }) => {
  await page.goto("/");
  await journalFailedRun(console, 20);
  await expect(page.getByRole("heading", { name: "Run 1 failed in phase 2, ASN inventory" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Last run" })).toContainText(
    "55P03 canceling statement due to lock timeout.",
  );
  await expect(page.getByRole("button", { name: "Run migration" })).toBeVisible();
  await expect(page.getByRole("list", { name: "Not offered now" })).toContainText(
    "Catch up: not now, the migration itself takes every session",
  );
});

test.describe("when the console goes away", () => {
  test.use({ expectedErrors: [/ERR_CONNECTION_REFUSED/] });

  test("everything stays on screen with its age, nothing moves, and it comes back by itself", async ({ page }) => {
    await page.goto("/");
    const heading = page.getByRole("heading", { level: 1 });
    const before = await heading.boundingBox();
    await page.route(/\/api\//, (route) => route.abort("connectionrefused"));
    const strip = page.getByRole("region", { name: "Connection" });
    await expect(strip).toContainText("No answer from the console. What you see was read");
    await expect(heading).toHaveText("v15, ready for the migration");
    expect(await heading.boundingBox()).toEqual(before);
    const news = page.locator("[role=status].sr");
    await expect(news).toHaveText("The console does not answer.");
    await expectGoodLooks(page);

    await page.unroute(/\/api\//);
    await expect(strip).toHaveCount(0);
    await expect(news).toHaveText("The console answers again.");
  });
});

test.describe("when only the database goes away", () => {
  test.use({ expectedErrors: [/503/] });

  test("it is told with its cause, and takes nothing off the screen", async ({ page }) => {
    await page.goto("/");
    await expect(page.getByRole("button", { name: "Run migration" })).toBeVisible();
    const error = {
      code: "unreachable",
      message: "127.0.0.1:5432/cowrie does not answer (ECONNREFUSED).",
      remedy: "Check that PostgreSQL runs there.",
      activeRun: null,
    };
    await page.route(/\/api\/status$/, (route) => route.fulfill({ status: 503, json: { error } }));
    // Who comes back to a tab sees how things are now.
    await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
    await expect(page.getByRole("region", { name: "Connection" })).toContainText(
      `The database does not answer. ${error.message} ${error.remedy} What you see was read`,
      { timeout: 25_000 },
    );
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("v15, ready for the migration");
    await expect(page.getByRole("region", { name: /Tide gauge/ })).toBeVisible();
  });
});
