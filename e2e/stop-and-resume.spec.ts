import { expect, test } from "@/e2e/fixtures";
import { openClient } from "@/lib/db/client";

test.describe("a server that is stopped during a run", () => {
  // The page loses its server on purpose.
  test.use({
    expectedErrors: [/Failed to load resource|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|Failed to fetch/],
  });

  test("F3: ends gracefully although a page follows it, and the next server goes on with the run", async ({
    page,
    console,
    openConsole,
  }) => {
    // Whoever holds this lock keeps the run waiting for its first column.
    const holder = await openClient(console.target);
    await holder.query("begin; lock table public.session_summaries in share update exclusive mode");
    await page.goto("/");
    await page.getByRole("button", { name: "Run migration" }).click();
    await expect(
      page
        .locator(".line")
        .getByText(/waiting for pid/)
        .first(),
    ).toBeVisible({ timeout: 20_000 });

    expect(await console.stop()).toBe(0);

    expect(await console.query("select id, status, cause from tidemark.runs")).toEqual([
      { id: 1, status: "interrupted", cause: "shutdown" },
    ]);
    await expect(page.getByText(/does not depend on this page/).first()).toBeVisible();
    await holder.query("rollback");
    await holder.end();

    const next = await openConsole(console.target.connectionString);
    await page.goto(`${next.baseURL}/runs/1`);
    await expect(page.locator(".run-head").getByText("succeeded", { exact: true })).toBeVisible({ timeout: 45_000 });
    expect(await next.query("select id, status, epoch from tidemark.runs")).toEqual([
      { id: 1, status: "succeeded", epoch: 2 },
    ]);
  });
});

test("a run whose process was lost is offered, and resumed under the same number", async ({ page, console }) => {
  await page.goto("/");
  // What a killed process leaves behind: a row that says running, and nobody who holds the run lock.
  await console.query(
    `insert into tidemark.runs (kind, status, started_by, epoch, heartbeat_at)
     values ('migrate', 'running', 'web', 1, clock_timestamp() - interval '1 minute')`,
  );
  await page.reload();
  await expect(page.getByRole("heading", { name: "Run 1 was interrupted" })).toBeVisible();

  await page.getByRole("button", { name: "Resume run 1" }).click();

  await expect(page).toHaveURL(/\/runs\/1$/);
  await expect(page.locator(".run-head").getByText("succeeded", { exact: true })).toBeVisible({ timeout: 45_000 });
  await page.getByRole("button", { name: "Open all parts" }).click();
  await expect(page.getByText("Resumed: going on from what the database shows")).toBeVisible();
});

test("a failed run shows SQLSTATE, message and statement, and what to do", async ({ page, console }) => {
  // What preflight tries is let through; what the sweep writes is not.
  await console.query(`create function public.forbid() returns trigger language plpgsql as $$ begin
    if to_jsonb(new) ->> 'enrichment_at' is not null then raise exception 'this site forbids snapshots'; end if;
    return new;
  end $$`);
  await console.query(
    "create trigger forbid before update on public.session_summaries for each row execute function public.forbid()",
  );
  await page.goto("/");
  await page.getByRole("button", { name: "Run migration" }).click();

  await expect(page.getByRole("heading", { name: "The run failed in phase 1, Source IP" })).toBeVisible({
    timeout: 30_000,
  });
  const failure = page.getByRole("region", { name: /The run failed/ });
  await expect(failure).toContainText("P0001 this site forbids snapshots");
  await expect(failure.locator("pre")).toContainText("update public.session_summaries");
  await expect(page.getByText("recorded v15").first()).toBeAttached();

  await console.query("drop trigger forbid on public.session_summaries");
  await page.goto("/");
  await page.getByRole("button", { name: "Run migration" }).click();
  await expect(page.locator(".run-head").getByText("succeeded", { exact: true })).toBeVisible({ timeout: 45_000 });
});
