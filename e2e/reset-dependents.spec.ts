import AxeBuilder from "@axe-core/playwright";
import { type Console, expect, test } from "@/e2e/fixtures";
import { runToEnd } from "@/lib/migration";

test("F83 F84: names what depends on v16 and what is lost, and drops it only after its own tick", async ({
  page,
  console,
}) => {
  await migrate(console);
  await console.query(
    "create view public.report as select snapshot_asn, count(*) from public.session_summaries group by 1",
  );
  await console.query(
    "update public.ip_inventory set enrichment_updated_at = now() where ip_address = (select min(ip_address) from public.ip_inventory)",
  );

  await page.goto("/");
  await page.getByRole("button", { name: "Reset to v15…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("public.report");
  await expect(dialog).toContainText("1 row of public.ip_inventory that the application wrote");
  expect((await new AxeBuilder({ page }).include("dialog").analyze()).violations).toEqual([]);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("link", { name: "Download these rows" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.ndjson$/);

  const confirm = dialog.getByRole("button", { name: "Reset to v15" });
  await dialog.getByRole("textbox").fill(new URL(console.target.connectionString).pathname.slice(1));
  await expect(confirm).toHaveAttribute("aria-disabled", "true");
  await expect(dialog).toContainText("1 dependent of others: tick that they may go");
  await dialog.getByRole("checkbox").check();
  await confirm.click();

  await expect(page.locator(".run-head").getByText("succeeded", { exact: true })).toBeVisible({ timeout: 45_000 });
  expect(await console.query("select to_regclass('public.report') as view, value from public.schema_state")).toEqual([
    { view: null, value: "15" },
  ]);
});

test("shows the honeypot data before and after, side by side", async ({ page, console }) => {
  await migrate(console);

  await page.goto("/coverage");

  const ledger = page.getByRole("region", { name: /Ledger/ });
  for (const figure of ["Sessions", "with enrichment", "Raw events"]) await expect(ledger).toContainText(figure);
});

async function migrate({ target }: Console): Promise<void> {
  const { status } = await runToEnd(target, {
    kind: "migrate",
    startedBy: "cli",
    signal: new AbortController().signal,
    onEvent: () => {},
  });
  expect(status).toBe("succeeded");
}
