import { type Console, expect, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";
import { runToEnd, verify } from "@/lib/migration";

test("every figure has its cause, its source and its age, and can be taken along", async ({ page, console }) => {
  test.setTimeout(120_000);
  await migrate(console);
  const [counts] = await console.query<{ xx: number; asns: number }>(
    `select count(*) filter (where snapshot_country is null)::int as xx, count(distinct snapshot_asn)::int as asns
     from public.session_summaries`,
  );
  await page.goto("/coverage");
  const sources = page.getByRole("region", { name: "Where each value came from" });
  await expect(sources).toContainText("Not counted yet");
  await expect(page.getByRole("region", { name: "Countries" })).toContainText(
    `XX${counts?.xx.toLocaleString("en-US")}`,
  );
  await expect(page.getByRole("region", { name: "Largest ASNs" })).toContainText(
    `of ${counts?.asns.toLocaleString("en-US")}, by each session’s snapshot`,
  );

  const months = page.getByRole("region", { name: "Sessions by month" });
  await expect(months.locator(".recharts-bar-rectangle").first()).toBeVisible();
  const rows = months.getByRole("row");
  await expect(rows).not.toHaveCount(0);
  await expect(months).toContainText("of the sessions without a country are from before");
  await months.getByRole("button", { name: "As a table" }).click();
  await expect(rows.nth(1)).toBeInViewport();

  await verify(console.target, { startedBy: "cli", isDeep: true });
  await page.reload();
  await expect(sources).toContainText("dshield.ip.number");
  await expect(sources).toContainText("read by verify --deep");
  await expectGoodLooks(page);

  const json = await page.request.get("/api/coverage/export?format=json");
  expect(json.headers()["content-disposition"]).toBe('attachment; filename="coverage.json"');
  expect(await json.json()).toMatchObject({
    coverage: { exact: true },
    detail: { figures: { asns: { total: counts?.asns } } },
  });
  const csv = await page.request.get("/api/coverage/export?format=csv");
  expect(csv.headers()["content-type"]).toBe("text/csv; charset=utf-8");
  expect(await csv.text()).toContain(`country,XX,sessions,${counts?.xx}\r\n`);
  expect((await page.request.get("/api/coverage/export?format=pdf")).status()).toBe(400);
});

test("what is not there yet has no figure and no SQL that fails, but the phase that brings it", async ({ page }) => {
  await page.goto("/coverage");
  const rows = page.getByRole("region", { name: "Inventories" }).getByRole("listitem");
  await expect(rows.filter({ hasText: "schema_version" })).toContainText(/^15.*select \* from/);
  for (const [what, phase] of [
    ["asn_inventory", 2],
    ["ip_inventory", 3],
    ["source_ip is not null", 1],
  ]) {
    const row = rows.filter({ hasText: String(what) });
    await expect(row).toHaveText(`–${what}not there yet: phase ${phase}`);
    await expect(row.getByRole("button")).toHaveCount(0);
  }
  await expect(page.getByRole("region", { name: "Checkpoint gates" })).toContainText("needs 0 differences");
});

test("a gate that nobody measured is measured from the page", async ({ page, console }) => {
  await migrate(console);
  await console.query("delete from tidemark.measures where name in ('coverage', 'slowest-pivot-seconds')");
  await page.goto("/coverage");
  const gates = page.getByRole("region", { name: "Checkpoint gates" });
  await expect(gates).toContainText("1 unknown. Unknown is not passed.");
  await expect(page.locator(".lead")).toContainText("Counted", { timeout: 15_000 });

  await gates.getByRole("button", { name: "Measure query-performance" }).click();

  await expect(gates.locator(".gate").last()).toContainText("passed", { timeout: 15_000 });
  await expect(gates.getByRole("button")).toHaveCount(0);
  expect(await console.query("select started_by from tidemark.runs where kind = 'verify'")).toEqual([
    { started_by: "tess@example.org" },
  ]);
});

test("on paper it is the whole page without its frame", async ({ page, console }) => {
  await migrate(console);
  await page.goto("/coverage");
  const months = page.getByRole("region", { name: "Sessions by month" });
  await expect(months.locator(".recharts-bar-rectangle").first()).toBeVisible();

  await page.emulateMedia({ media: "print" });

  await expect(page.getByRole("navigation", { name: "Pages" })).toBeHidden();
  await expect(page.getByRole("button", { name: "Print the report" })).toBeHidden();
  await expect(page.getByText(/^Tidemark, coverage of database/)).toBeVisible();
  await expect(months.getByRole("row").nth(1)).toBeVisible();
  expect((await page.pdf({ format: "A4" })).byteLength).toBeGreaterThan(10_000);
});

async function migrate({ target }: Console): Promise<void> {
  const signal = new AbortController().signal;
  const { status } = await runToEnd(target, { kind: "migrate", startedBy: "cli", signal, onEvent: () => {} });
  expect(status).toBe("succeeded");
}
