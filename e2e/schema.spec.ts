import { expect, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";
import { openClient } from "@/lib/db/client";
import { brokenSql } from "@/lib/demo/broken/break";

test("shows a column in its parts, a table with its size, and on demand only what differs", async ({
  page,
  console,
}) => {
  test.setTimeout(120_000);
  for (const sql of brokenSql("public", ["orm-shaped-filled"])) await console.query(sql);
  await page.goto("/schema");
  const addresses = page.getByRole("region", { name: "ip_inventory", exact: true });
  await expect(addresses).toContainText(/\d+ columns, .*kB/);
  const country = addresses.getByRole("row", { name: /geo_country/ });
  await expect(country).toContainText("varchar(2)");
  await country.getByText("generated").first().click();
  await expect(country.locator("details").first()).toContainText("enrichment");
  await expect(page.getByText("varchar(45) = varchar(45)")).toBeVisible();
  await expectGoodLooks(page);

  const right = page.getByRole("row").filter({ has: page.getByText("as declared", { exact: true }) });
  await expect(right.first()).toBeVisible();
  await page.getByRole("switch", { name: "Only differences" }).check();
  await expect(page).toHaveURL(/\?only=differences$/);
  await expect(right).toHaveCount(0);
  await expect(page.getByRole("region", { name: "raw_events" })).toHaveCount(0);
  await expectGoodLooks(page);

  await page.reload();
  await expect(page.getByRole("switch", { name: "Only differences" })).toBeChecked();
  await expect(right).toHaveCount(0);
  await page.getByRole("switch", { name: "Only differences" }).uncheck();
  await expect(page).toHaveURL(/\/schema$/);
});

test("an index that is being built says whom it waits for, then that it is there", async ({ page, console }) => {
  const [writer, builder] = [await openClient(console.target), await openClient(console.target)];
  await writer.query("begin; lock table public.session_summaries in row exclusive mode");
  const { rows } = await writer.query<{ pid: number }>("select pg_backend_pid() as pid");
  const build = builder.query("create index concurrently idx_by_hand on public.session_summaries (risk_score)");
  await page.goto("/schema");
  const index = page.getByRole("row", { name: /idx_by_hand/ });
  await expect(index).toContainText(`Waits for pid ${rows[0]?.pid} to end its transaction`, { timeout: 20_000 });
  await expectGoodLooks(page);
  await writer.query("rollback");
  await build;
  await expect(index).not.toContainText("Waits for", { timeout: 20_000 });
  await expect(index).toContainText("not declared");
  await Promise.all([writer.end(), builder.end()]);
});
