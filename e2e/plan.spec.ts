import { readFile } from "node:fs/promises";
import { expect, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";
import { expectStatus, startMigration } from "@/e2e/run-page";
import { brokenSql } from "@/lib/demo/broken/break";
import { readPlan, runToEnd } from "@/lib/migration";

// A run over so many can be held before it is through.
test.use({ sessions: 12_000 });

test("shows every statement of the plan in order, to copy one or all and to download", async ({ page, console }) => {
  test.setTimeout(120_000);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const { steps } = await readPlan(console.target);
  await page.goto("/plan");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${steps.length} steps from v15 to v16`);
  await expect(page.locator(".step")).toHaveCount(steps.length);
  await expect(page.getByRole("region", { name: "Before the first step" })).toContainText("Disk, at its peak");

  const first = page.locator(".step-group", { hasText: "Add columns" });
  await expect(first).toContainText("ACCESS EXCLUSIVE");
  await expect(first).toContainText("readers and writers wait");
  await expect(page.locator(".step", { hasText: "idx_asn_type" })).toContainText("no row touched, a moment");

  await expectGoodLooks(page);

  const sweep = page.locator(".step", { hasText: "Sweep the sessions" });
  const own = sweep.locator("pre").last();
  await expect(own).not.toContainText("enrichment_at =");
  await sweep.getByRole("button", { name: /^All \d+ lines$/ }).click();
  await expect(own).toContainText("enrichment_at =");

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download .sql" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^honeypot_\d+-plan\.sql$/);
  const file = await readFile(await download.path(), "utf8");
  let place = 0;
  for (const statement of steps.flatMap(({ sql }) => sql)) {
    const found = file.indexOf(statement.trim().replace(/;$/, ""), place);
    expect(found, statement.slice(0, 80)).toBeGreaterThanOrEqual(place);
    place = found;
  }

  await page.getByRole("button", { name: "Copy the whole plan" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(steps.at(-1)?.sql[0]);
  await page.getByRole("button", { name: "Copy the SQL of step 1", exact: true }).click();
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toBe(`begin;\n${steps[0]?.sql[0]};\ncommit;\n`);
});

test("plans for views in the way as if they were agreed to, and the run still asks for it", async ({
  page,
  console,
}) => {
  for (const sql of brokenSql("public", ["inet-addresses", "with-dependents"])) await console.query(sql);
  await page.goto("/plan");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^\d+ steps left to v16$/);
  await expect(page.locator(".step", { hasText: "drop view public.report_addresses" })).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Run migration" })).toBeDisabled();
  await page.getByRole("checkbox").check();
  await expect(page.getByRole("button", { name: "Run migration" })).toBeEnabled();
});

test.describe("during a run", () => {
  test.use({ settings: { TIDEMARK_BATCH_TARGET_MS: "100" } });

  test("tells what was left, follows the run to its end by itself, and finds nothing to do", async ({ page }) => {
    test.setTimeout(120_000);
    await startMigration(page, "gentle");
    await page.getByRole("button", { name: "Pause" }).click();
    await expectStatus(page, "paused");
    await page.getByRole("link", { name: "Plan", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^Run 1 is paused: \d+ steps left$/);
    await expect(page.getByRole("button", { name: "Run migration" })).toHaveCount(0);

    const other = await page.context().newPage();
    await other.goto("/runs/1");
    await other.getByRole("group", { name: "Speed" }).getByRole("button", { name: "fast" }).click();
    await other.getByRole("button", { name: "Resume" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Nothing to do", { timeout: 60_000 });
    await expect(page.getByRole("button", { name: "Download .sql" })).toHaveCount(0);
    await expectGoodLooks(page);
  });
});

test("what ingest wrote since v16 is planned as steps for a catch-up", async ({ page, console }) => {
  const { status } = await runToEnd(console.target, {
    kind: "migrate",
    startedBy: "cli",
    signal: new AbortController().signal,
    onEvent: () => {},
  });
  expect(status).toBe("succeeded");
  await console.query(
    `update public.session_summaries set enrichment_at = null
     where session_id in (select session_id from public.session_summaries limit 3)`,
  );
  await page.goto("/plan");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^\d+ steps for what came since v16$/);
  await expect(page.locator(".step", { hasText: "Sweep the sessions" }).first()).toContainText("3 rows");
});

test.describe("a database without a honeypot", () => {
  // It is asked again every few seconds whether it has one by now.
  test.use({ expectedErrors: [/503 .*\/api\/(runs|status)\)$/] });

  test("has no plan, and the page says why", async ({ page, openConsole, serverUrl }) => {
    const { baseURL } = await openConsole(serverUrl);
    await page.goto(`${baseURL}/plan`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This database cannot be worked on");
    await expectGoodLooks(page);
  });
});
