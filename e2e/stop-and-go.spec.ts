import { type Console, expect, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";
import { expectStatus, startMigration } from "@/e2e/run-page";
import { openClient } from "@/lib/db/client";

test.use({ sessions: 30_000 });

test.describe("a run that takes a while", () => {
  // Short batches with rests between them: there is time to press buttons.
  test.use({ settings: { TIDEMARK_BATCH_TARGET_MS: "100" } });

  test("is paused, found paused after a reload, resumed at another pace, cancelled, and run again to its end", async ({
    page,
    console,
  }) => {
    test.setTimeout(120_000);
    await startMigration(page, "gentle");
    await page.getByRole("button", { name: "Pause" }).click();
    await expectStatus(page, "paused");
    await expect(page.getByRole("region", { name: "Paused" })).toContainText("keeps the database");
    await expectGoodLooks(page);
    const before = await readRun(console);
    expect(before).toMatchObject({ status: "paused", speed: "gentle" });

    await page.reload();
    await expectStatus(page, "paused");
    await expect(page.getByRole("region", { name: "Paused" })).toContainText("tess@example.org asked for it");
    await page.getByRole("link", { name: "Overview", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Run 1 is paused");
    await expect(page.getByRole("button", { name: "Reset to v15…" })).toHaveAttribute("aria-disabled", "true");
    await expectGoodLooks(page);
    await page.getByRole("link", { name: "See run 1, paused" }).click();
    // Nothing moved meanwhile, not even the log.
    expect(await readRun(console)).toEqual(before);

    // Whoever holds this lock keeps the run from its end, not from its sweep.
    const holder = await openClient(console.target);
    await holder.query("begin; lock table public.session_summaries in share update exclusive mode");
    await page.getByRole("group", { name: "Speed" }).getByRole("button", { name: "fast" }).click();
    await expect(page.getByRole("button", { name: "fast" })).toHaveAttribute("aria-pressed", "true");
    await page.getByRole("button", { name: "Resume" }).click();
    await expectStatus(page, "running");
    await expect(page.getByRole("heading", { name: /^Waiting for pid/ })).toBeVisible({ timeout: 30_000 });
    await page.getByRole("group", { name: "Speed" }).getByRole("button", { name: "normal" }).click();
    await expect(page.getByRole("button", { name: "normal" })).toHaveAttribute("aria-pressed", "true");

    await page.getByRole("button", { name: "Cancel run…" }).click();
    const dialog = page.getByRole("dialog", { name: "Cancel run 1" });
    await expect(dialog).toContainText("What is done stays done");
    await expectGoodLooks(page);
    await dialog.getByRole("button", { name: "Let it run" }).click();
    await expect(dialog).toBeHidden();
    await page.getByRole("button", { name: "Cancel run…" }).click();
    await dialog.getByRole("button", { name: "Cancel run 1" }).click();
    await expectStatus(page, "cancelled");
    await expect(page.getByRole("heading", { name: /^Waiting for pid/ })).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Pause" })).toHaveCount(0);
    await holder.query("rollback");
    await holder.end();

    await page.goto("/");
    await expect(page.getByRole("heading", { name: "Run 1 was cancelled" })).toBeVisible();
    await page.getByRole("button", { name: "Run migration" }).click();
    await expect(page).toHaveURL(/\/runs\/2$/);
    await expectStatus(page, "succeeded");
    expect(
      await console.query(
        `select (select value from public.schema_state where key = 'schema_version') as version,
                (select count(*)::int from public.session_summaries where enrichment_at is null) as open`,
      ),
    ).toEqual([{ version: "16", open: 0 }]);
  });

  test("pauses by itself at the end of its maintenance window", async ({ page, console }) => {
    await page.goto("/");
    await page.locator("summary", { hasText: "Speed normal, until it is done" }).click();
    await page.getByRole("button", { name: "gentle", exact: true }).click();
    await page.getByLabel("Pause by itself at").fill("03:30");
    await expect(page.locator("summary", { hasText: "Speed gentle, until 03:30" })).toBeVisible();
    await expect(page.getByText(/^The run pauses by itself at .* UTC, in /)).toBeVisible();
    await page.getByRole("button", { name: "Run migration" }).click();
    await expect(page.getByRole("region", { name: "Maintenance window" })).toContainText("pauses by itself at");
    // The window is over: as if it had been set a day ago.
    await console.query("update tidemark.runs set until = clock_timestamp() where id = 1");
    await expectStatus(page, "paused");
    await expect(page.locator(".line .msg", { hasText: "The maintenance window has ended" })).toHaveCount(1);
    await page.getByRole("group", { name: "Speed" }).getByRole("button", { name: "fast" }).click();
    await page.getByRole("button", { name: "Resume" }).click();
    await expectStatus(page, "succeeded");
  });
});

test("F13: who holds a lock is named while a step waits for it, and gone from the page when the lock is", async ({
  page,
  console,
}) => {
  const holder = await openClient(console.target);
  await holder.query("set application_name = 'nightly report'");
  await holder.query("begin");
  await holder.query("lock table public.session_summaries in access share mode");
  const { rows } = await holder.query<{ pid: number }>("select pg_backend_pid() as pid");
  const pid = rows[0]?.pid;

  await startMigration(page);
  const panel = page.getByRole("region", { name: `Waiting for pid ${pid}` });
  await expect(panel).toContainText("nightly report as ");
  await expect(panel).toContainText("idle in transaction");
  await expect(panel).toContainText("pg_backend_pid()");
  await expect(page.locator(".line .msg", { hasText: `waiting for pid ${pid} (` }).first()).toBeVisible();
  await expectGoodLooks(page);
  await page.reload();
  await expect(panel).toBeVisible();

  await holder.query("rollback");
  await holder.end();
  await expect(panel).toHaveCount(0);
  await expectStatus(page, "succeeded");
});

test.describe("a lock that is never released", () => {
  test.use({ settings: { TIDEMARK_LOCK_PATIENCE_MS: "3000", TIDEMARK_LOCK_TIMEOUT_MS: "200" } });

  test("F14: the run gives up, names who held it, and nothing is half done", async ({ page, console }) => {
    const holder = await openClient(console.target);
    await holder.query("begin; lock table public.session_summaries in access share mode");
    await startMigration(page);
    const failure = page.getByRole("region", { name: /^The run failed/ });
    await expect(failure).toContainText("55P03", { timeout: 30_000 });
    await expect(failure).toContainText(/pid \d+/);
    await expect(page.getByRole("heading", { name: /^Waiting for/ })).toHaveCount(0);
    const columns = `select count(*)::int as columns from information_schema.columns
      where table_schema = 'public' and table_name = 'session_summaries' and column_name = 'source_ip'`;
    expect(await console.query(columns)).toEqual([{ columns: 0 }]);
    await holder.end();
  });
});

async function readRun(console: Console) {
  const [run] = await console.query("select id, status, speed, last_seq from tidemark.runs order by id desc limit 1");
  return run;
}
