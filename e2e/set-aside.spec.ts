import type { Page } from "@playwright/test";
import { type Console, expect, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";

/** What attackers leave in a document: markup, terminal colours, text that runs backwards, a formula. */
const HOSTILE = "<img src=x onerror=alert(1)>\u001b[31m\u202etxt";
const FORMULA = "=HYPERLINK(1)";

test("values set aside are listed, narrowed, taken along, and tried again once they are mended", async ({
  page,
  console,
}) => {
  test.setTimeout(120_000);
  let dialogs = 0;
  page.on("dialog", (dialog) => {
    dialogs += 1;
    void dialog.dismiss();
  });
  await page.goto("/");
  await page.getByRole("link", { name: "Set aside", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Set aside");
  await expect(page.getByText("Nothing is set aside.")).toBeVisible();

  const [hostile, formula] = await breakSessions(console, [
    { cymru: { asn: HOSTILE } },
    { maxmind: { country: FORMULA } },
  ]);
  await page.goto("/");
  await page.getByRole("button", { name: "Run migration" }).click();
  await expectSucceeded(page);

  await page.getByRole("link", { name: "Set aside", exact: true }).click();
  await expect(page.getByRole("region", { name: "By reason" })).toContainText("Not an ASN");
  await page.getByRole("combobox", { name: "Reason" }).selectOption("asn-unreadable");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page).toHaveURL(/reason=asn-unreadable/);
  const row = rowOf(page, hostile);
  await expect(row).toContainText("snapshot_asn");
  await expect(row).toContainText("<img src=x onerror=alert(1)><U+001B>[31m<U+202E>txt");
  await expect(row.getByRole("link")).toHaveAttribute("href", "/runs/1");
  await expect(rowOf(page, formula)).toHaveCount(0);
  await expectGoodLooks(page);

  const narrowed = await page.request.get(
    (await page.getByRole("link", { name: "NDJSON" }).getAttribute("href")) ?? "",
  );
  expect(narrowed.headers()["content-disposition"]).toBe('attachment; filename="set-aside.ndjson"');
  const objects = (await narrowed.text()).trim().split("\n");
  expect(objects.map((line): unknown => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ key: hostile, reason: "asn-unreadable", run: 1 }),
  );
  expect(objects.some((line) => line.includes(formula))).toBe(false);
  const csv = await page.request.get("/api/set-aside?format=csv");
  expect(csv.headers()["content-type"]).toBe("text/csv; charset=utf-8");
  expect(await csv.text()).toContain(
    `session_summaries,${formula},snapshot_country,country-unreadable,'${FORMULA},1\r\n`,
  );
  expect((await page.request.get("/api/set-aside?format=xlsx")).status()).toBe(400);

  await mend(console, hostile, { cymru: { asn: 4134 } });
  await page.getByRole("button", { name: "Try again…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("never replaces a value");
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expectSucceeded(page);
  await page.getByRole("link", { name: "Set aside", exact: true }).click();
  await page.getByRole("combobox", { name: "Reason" }).selectOption("country-unreadable");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(rowOf(page, formula)).toContainText(FORMULA);
  await page.goto("/set-aside?reason=asn-unreadable&field=snapshot_asn");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Set aside");
  await expect(rowOf(page, hostile)).toHaveCount(0);
  expect(
    await console.query("select snapshot_asn from public.session_summaries where session_id = $1", [hostile]),
  ).toEqual([{ snapshot_asn: 4134 }]);
  expect(dialogs).toBe(0);
});

test("a list of many values is read page by page, whatever is in its address", async ({ page, console }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Run migration" }).click();
  await expectSucceeded(page);
  await console.query(
    `insert into tidemark.set_aside (run_id, table_name, key, field, reason, value)
     select 1, 'session_summaries', 'many-' || pg_catalog.lpad(n::text, 6, '0'), 'snapshot_asn', 'asn-unreadable', 'x'
     from pg_catalog.generate_series(1, 250) as n`,
  );
  await page.goto("/set-aside?reason=asn-unreadable");
  const first = await page.getByRole("row").count();
  expect(first).toBe(101);
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page).toHaveURL(/after=/);
  await expect(page.getByRole("link", { name: "First page" })).toBeVisible();
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(rowOf(page, "many-000250")).toBeVisible();
  await expect(page.getByRole("link", { name: "Next page" })).toHaveCount(0);

  for (const address of ["after=%00", "after=W10", "reason=&field=", "reason=a&reason=b", `field=${"x".repeat(300)}`]) {
    await page.goto(`/set-aside?${address}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Set aside");
    await expect(page.getByRole("row").first()).toBeVisible();
  }
  await page.goto("/set-aside?field=nothing");
  await expect(page.getByText("No value of that kind is set aside.")).toBeVisible();
  await page.getByRole("link", { name: "Show all" }).click();
  await expect(page.getByRole("row").first()).toBeVisible();
});

const rowOf = (page: Page, key: string) => page.getByRole("row").filter({ hasText: key });

async function expectSucceeded(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/runs\/\d+$/);
  await expect(page.locator(".run-head").getByText("succeeded", { exact: true })).toBeVisible({ timeout: 45_000 });
}

/** Replaces the documents of as many sessions, and gives the ids of these. */
async function breakSessions(console: Console, documents: unknown[]): Promise<[string, string]> {
  const rows = await console.query<{ session_id: string }>(
    `select session_id from public.session_summaries order by session_id limit $1`,
    [documents.length],
  );
  for (const [index, { session_id }] of rows.entries()) await mend(console, session_id, documents[index]);
  return [rows[0]?.session_id ?? "", rows[1]?.session_id ?? ""];
}

function mend(console: Console, sessionId: string, document: unknown) {
  return console.query(
    "update public.session_summaries set enrichment = $2, updated_at = now() where session_id = $1",
    [sessionId, JSON.stringify(document)],
  );
}
