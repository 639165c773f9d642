import { expect, test } from "@/e2e/fixtures";
import { expectStatus, startMigration } from "@/e2e/run-page";
import { hurryUp, startSlowMigration } from "@/e2e/states";
import { openClient } from "@/lib/db/client";

test("a page opened after the run shows its whole log, and so does a reload", async ({ page, console, context }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Run migration" }).click();
  await expect(page.locator(".run-head").getByText("succeeded", { exact: true })).toBeVisible({ timeout: 45_000 });
  const [stored] = await console.query<{ lines: number }>(
    "select count(*)::int as lines from tidemark.log_lines where run_id = 1",
  );

  const late = await context.newPage();
  await late.goto("/runs/1");
  for (const viewer of [page, late]) {
    await expect(viewer.getByText(`end of the log, ${stored?.lines} lines`)).toBeVisible();
    await viewer.getByRole("button", { name: "Open all parts" }).click();
    await expect(viewer.locator(".line")).toHaveCount(stored?.lines ?? -1);
  }
  await late.reload();
  await expect(late.getByText(`end of the log, ${stored?.lines} lines`)).toBeVisible();
});

test("search says how many lines it found and shows only those; a level does the same", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Run migration" }).click();
  await expect(page.locator(".run-head").getByText("succeeded", { exact: true })).toBeVisible({ timeout: 45_000 });
  await page.keyboard.press("/");
  await page.keyboard.type("phase 3");
  const lines = page.locator(".line");
  await expect(lines.first().locator("mark")).toHaveText(/phase 3/i);
  const hits = await lines.count();
  await expect(page.getByText(new RegExp(`^${hits} of \\d+$`))).toBeVisible();

  await page.getByRole("searchbox").fill("no line says this");
  await expect(page.getByText(/^No line of \d+ matches/)).toBeVisible();
  await page.getByRole("searchbox").fill("");
  await page.getByRole("button", { name: /^Errors/ }).click();
  await expect(lines).toHaveCount(0);
});

test("hostile text in a log line stays text", async ({ page, console }) => {
  const hostile = `</script><img src=x onerror=alert(1)>\u001b[2J\u202egnp.exe`;
  await page.goto("/");
  await page.getByRole("button", { name: "Run migration" }).click();
  await expect(page.locator(".run-head").getByText("succeeded", { exact: true })).toBeVisible({ timeout: 45_000 });
  await console.query(
    `insert into tidemark.log_lines (run_id, seq, at, level, phase, message)
     select 1, max(seq) + 1, now(), 'warn', null, $1 from tidemark.log_lines where run_id = 1`,
    [hostile],
  );
  page.on("dialog", () => expect(false, "a script ran").toBe(true));
  await page.reload();
  await expect(page.locator(".line.warn .msg").last()).toContainText(
    "</script><img src=x onerror=alert(1)>␛[2J<U+202E>gnp.exe",
  );
  await expect(page.locator("img")).toHaveCount(0);
});

test("F76: a browser closed in mid-run ends nothing, and a page opened later shows the whole log", async ({
  browser,
  page,
  console,
  baseURL,
}) => {
  const holder = await openClient(console.target);
  await holder.query("begin; lock table public.session_summaries in access share mode");
  const visit = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const first = await visit.newPage();
  await startMigration(first);
  await expectStatus(first, "running");
  await visit.close();
  await holder.query("rollback");
  await holder.end();

  const readStatus = () => console.query("select status from tidemark.runs");
  await expect.poll(readStatus, { timeout: 45_000 }).toEqual([{ status: "succeeded" }]);
  await page.goto("/runs/1");
  const [stored] = await console.query<{ lines: number }>("select count(*)::int as lines from tidemark.log_lines");
  await expect(page.getByText(`end of the log, ${stored?.lines} lines`)).toBeVisible();
  await page.getByRole("button", { name: "Open all parts" }).click();
  await expect(page.locator(".line")).toHaveCount(stored?.lines ?? -1);
});

test("a log that has ended is not opened again, whatever answer was still on its way", async ({ page, console }) => {
  const streams: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/events")) streams.push(request.url());
  });
  await startSlowMigration(page, console);
  let isHeld = false;
  // The first answer from now on is on its way until the page does not wait for it any more.
  await page.route("**/api/runs/1", async (route) => {
    if (isHeld) return route.continue();
    isHeld = true;
    await route.fetch();
  });
  await expect.poll(() => isHeld).toBe(true);
  const given = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/api/runs/1"));
  await hurryUp(console);
  await expectStatus(page, "succeeded");
  await given;
  await expect(page.locator(".log-foot")).toContainText("end of the log");
  expect(streams).toHaveLength(1);
});
