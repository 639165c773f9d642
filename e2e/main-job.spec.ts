import type { Page } from "@playwright/test";
import { type Console, expect, test } from "@/e2e/fixtures";
import { openClient } from "@/lib/db/client";
import { tryRunLock } from "@/lib/migration/run/lock";
import { GUIDE_LINES } from "@/lib/testing/guide-lines";

test("takes a v15 database to v16, proves it, goes back to v15 and forward again", async ({ page, console }) => {
  const before = await fingerprint(console);
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("v15, ready for the migration");
  await expect(page.getByRole("region", { name: /Tide gauge/ })).toContainText(
    "Recorded version 15. Observed state v15",
  );

  await page.getByRole("button", { name: "Run migration" }).click();
  await expectSucceeded(page, 1);
  await page.getByRole("button", { name: "Open all parts" }).click();
  const log = page.getByRole("region", { name: "Lines" });
  for (const line of GUIDE_LINES) await expect(log.getByText(line, { exact: true })).toHaveCount(1);
  expect(await shownGuideLines(page)).toEqual(GUIDE_LINES);
  await expect(page.getByRole("region", { name: /Tide gauge/ })).toContainText(
    "Recorded version 16. Observed state v16",
  );

  await page.getByRole("link", { name: "Coverage", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("v16 reached, and the database shows it");
  const [counts] = await console.query<{ sessions: number; ips: number }>(
    "select (select count(*)::int from public.session_summaries where source_ip is not null) as sessions, (select count(*)::int from public.ip_inventory) as ips",
  );
  const inventories = page.getByRole("region", { name: "Inventories" });
  await expect(inventories).toContainText(`${counts?.ips.toLocaleString("en-US")}ip_inventory`);
  await expect(inventories).toContainText(`${counts?.sessions.toLocaleString("en-US")}source_ip is not null`);
  await expect(inventories.getByRole("row")).toHaveCount(6);
  await expect(page.getByRole("region", { name: "Checkpoint gates" })).toContainText("zero-data-loss");

  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("v16 reached, and the database shows it");
  const name = databaseName(console);
  await page.getByRole("button", { name: "Reset to v15…" }).click();
  const dialog = page.getByRole("dialog", { name: `Reset ${name} to v15` });
  await expect(dialog.getByRole("region", { name: "Objects that go" })).toContainText("public.ip_inventory");
  await expect(dialog.getByRole("heading", { name: "Lost for good" })).toBeVisible();
  const confirm = dialog.getByRole("button", { name: "Reset to v15" });
  await dialog.getByRole("textbox").fill(`${name}x`);
  await expect(confirm).toHaveAttribute("aria-disabled", "true");
  await expect(dialog).toContainText("That is not the name of this database");
  await dialog.getByRole("textbox").fill(name);
  await expect(confirm).toHaveAttribute("aria-disabled", "false");
  await confirm.click();
  await expectSucceeded(page, 2);
  await expect(page.getByRole("region", { name: /Tide gauge/ })).toContainText(
    "Recorded version 15. Observed state v15",
  );
  expect(await fingerprint(console)).toEqual(before);

  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await page.getByRole("button", { name: "Run migration" }).click();
  await expectSucceeded(page, 3);
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await expect(page.getByRole("row", { name: /^Run \d/ })).toHaveCount(3);
  expect(await fingerprint(console)).toEqual(before);
});

test("a second press finds the first run active, says since when, and leads to it", async ({
  page,
  context,
  console,
}) => {
  // While another session holds the run lock no worker can take the run: it stays queued.
  const holder = await openClient(console.target);
  expect(await tryRunLock(holder)).toBe(true);
  const other = await context.newPage();
  await page.goto("/");
  await other.goto("/");
  await other.evaluate(() => {
    window.fetch = (
      (original) => (input: RequestInfo | URL, init?: RequestInit) =>
        init?.method === "POST" ? original(input, init) : new Promise(() => {})
    )(window.fetch);
  });
  await page.getByRole("button", { name: "Run migration" }).dblclick();
  await expect(page).toHaveURL(/\/runs\/1$/);
  await expect(page.getByRole("heading", { name: "No worker has taken this run" })).toBeVisible({ timeout: 20_000 });

  // The other page has not read again since, and still offers to start one.
  await other.getByRole("button", { name: "Run migration" }).click();
  await expect(other.getByRole("main").getByRole("alert")).toContainText(
    "Another run is active on this database: run 1 (migrate)",
  );
  await expect(other.getByRole("main").getByRole("alert").getByRole("link", { name: "Follow run 1" })).toHaveAttribute(
    "href",
    "/runs/1",
  );
  expect(await console.query("select count(*)::int as runs from tidemark.runs")).toEqual([{ runs: 1 }]);

  await holder.end();
  await expectSucceeded(page, 1);
});

async function expectSucceeded(page: Page, runId: number): Promise<void> {
  await expect(page).toHaveURL(new RegExp(`/runs/${runId}$`));
  await expect(page.locator(".run-head").getByText("succeeded", { exact: true })).toBeVisible({ timeout: 45_000 });
}

async function shownGuideLines(page: Page): Promise<string[]> {
  const shown = await page.locator(".line .msg").allTextContents();
  return shown.filter((line) => GUIDE_LINES.includes(line));
}

function databaseName(console: Console): string {
  return new URL(console.target.connectionString).pathname.slice(1);
}

/** Every v15 value of every session. */
function fingerprint(console: Console) {
  return console.query(
    `select count(*)::int as sessions,
            md5(string_agg(md5(session_id || first_event_at || last_event_at || coalesce(enrichment::text, '')
              || created_at || updated_at), '' order by session_id)) as md5
     from public.session_summaries`,
  );
}
