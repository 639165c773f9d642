import { type Console, expect, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";

/** Journals a run of `seconds`, half of them in each of two phases. */
async function journalRun(
  console: Console,
  { kind = "migrate", status = "succeeded", seconds = 10, cause = null as string | null },
): Promise<void> {
  const error = {
    sqlstate: "55P03",
    message: "canceling statement due to lock timeout",
    statement: "alter table public.session_summaries add column source_ip character varying(45)",
    remedy: "End the session that holds the table, then run again.",
  };
  await console.query(
    `with run as (
       insert into tidemark.runs (kind, status, cause, started_by, epoch, started_at, finished_at, error)
       values ($1, $2, $3, 'web', 1, '2026-01-01T02:00:00Z', timestamptz '2026-01-01T02:00:00Z' + make_interval(secs => $4), $5)
       returning id
     )
     insert into tidemark.run_phases (run_id, phase, state, started_at, finished_at, duration_ms, rows)
     select run.id, phase.id, phase.state, now(), now(), $4 * 500, 50204
     from run, (values ('source-ip', 'complete'),
                       ('asn-inventory', case $2 when 'succeeded' then 'complete' when 'failed' then 'failed' else 'running' end))
       as phase (id, state)
     where $1 in ('migrate', 'catch-up')`,
    [kind, status, cause, seconds, status === "failed" ? error : null],
  );
}

test("says before the first run what will be here", async ({ page }) => {
  await page.goto("/runs");
  await expect(page.getByText(/^No run yet\./)).toBeVisible();
  await expectGoodLooks(page);
});

test("lists who, when, what and how it ended, sets phases beside earlier runs, and says why a run failed", async ({
  page,
  console,
}) => {
  await page.goto("/runs");
  for (const seconds of [10, 10, 10]) await journalRun(console, { seconds });
  await journalRun(console, { status: "failed", seconds: 5 });
  await journalRun(console, { status: "interrupted", cause: "lost" });
  await journalRun(console, { status: "cancelled" });
  await journalRun(console, { kind: "reset", seconds: 1 });
  await journalRun(console, { seconds: 30 });
  await page.reload();

  const newest = page.getByRole("row", { name: /^Run 8/ });
  await expect(newest).toContainText("20 s slower than the median of 3 earlier runs, 10 s");
  const phases = page.getByRole("list", { name: "Phases of run 8" });
  await expect(phases.getByRole("listitem").first()).toContainText(
    "10 s slower than the median of 3 earlier runs, 5.0 s",
  );
  await expect(page.getByText("Time by phase, to one scale; the mark is the median of earlier runs")).toBeVisible();
  await expect(page.getByText("Failed in ASN inventory: 55P03 canceling statement due to lock timeout")).toBeVisible();
  await expect(page.getByText("Its process went away in ASN inventory")).toBeVisible();
  await expect(page.getByText("Stopped by an operator in ASN inventory")).toBeVisible();
  await expectGoodLooks(page);

  await page.getByRole("button", { name: "Run 8: phases" }).click();
  await expect(phases).toHaveCount(0);
  await page.getByRole("button", { name: "Run 3: phases" }).click();
  await expect(page.getByRole("list", { name: "Phases of run 3" })).toContainText(
    "about the median of 2 earlier runs, 5.0 s",
  );

  await page.getByLabel("Outcome").selectOption("failed");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByRole("heading", { name: "1 of 8 runs" })).toBeVisible();
  await expect(page.getByRole("row", { name: /^Run \d/ })).toHaveCount(1);
  await page.getByLabel("Kind").selectOption("catch-up");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByText("None of the 8 runs is of that kind.")).toBeVisible();
  await page.getByRole("link", { name: "Show all" }).click();
  await expect(page.getByRole("heading", { name: "8 runs" })).toBeVisible();
});

test("leads back to the first run, a page at a time", async ({ page, console }) => {
  await page.goto("/runs");
  for (let run = 0; run < 30; run += 1) await journalRun(console, { kind: "reset" });
  await page.reload();
  await expect(page.getByRole("row", { name: /^Run \d/ })).toHaveCount(25);
  await page.getByRole("link", { name: "Earlier runs" }).click();
  await expect(page.getByText("before run 6")).toBeVisible();
  await expect(page.getByRole("row", { name: /^Run \d/ })).toHaveCount(5);
  await page.getByRole("link", { name: "Newest runs" }).click();
  await expect(page.getByRole("row", { name: /^Run 30/ })).toBeVisible();
});

test("the page of a stopped run says who stopped it, what the database is like now, and the one next thing", async ({
  page,
  console,
}) => {
  await page.goto("/runs");
  await journalRun(console, { status: "failed" });
  await journalRun(console, { status: "cancelled" });
  await journalRun(console, { status: "interrupted", cause: "lost" });
  const heads = [
    {
      id: 1,
      name: "The run failed in phase 2, ASN inventory",
      who: "It gave up by itself",
      next: "Run migration again",
    },
    { id: 2, name: "Cancelled", who: "An operator stopped it", next: "Run migration again" },
    { id: 3, name: "Interrupted: its process went away", who: "Nobody asked for it", next: "Resume run 3" },
  ];
  for (const { id, name, who, next } of heads) {
    await page.goto(`/runs/${id}`);
    const head = page.getByRole("region", { name });
    await expect(head).toContainText(who);
    await expect(head).toContainText("Recorded v15, observed v15: all phases pending.");
    await expect(head.getByRole("button", { name: next })).toBeVisible();
    await expectGoodLooks(page);
  }

  await page.goto("/runs/1");
  const head = page.getByRole("region", { name: /^The run failed/ });
  await expect(head).toContainText("55P03 canceling statement due to lock timeout");
  await expect(head).toContainText("End the session that holds the table, then run again.");
  await head.getByRole("button", { name: "Run migration again" }).click();
  // The newest one was interrupted: it is what goes on.
  await expect(page).toHaveURL(/\/runs\/3$/);
  await expect(page.locator(".run-head .tag")).toHaveText("succeeded", { timeout: 45_000 });
  await page.goto("/runs/1");
  await expect(head.getByRole("link", { name: "See the coverage" })).toBeVisible();
});
