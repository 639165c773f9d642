import { expect, type Page } from "@playwright/test";
import type { Console } from "@/e2e/fixtures";

/** Presses Run migration on the Overview, at a pace if one is given, and waits for the page of the run. */
export async function startMigration(page: Page, speed?: "gentle" | "normal" | "fast"): Promise<void> {
  await page.goto("/");
  if (speed !== undefined) {
    await page.locator("summary", { hasText: "Speed normal" }).click();
    await page.getByRole("button", { name: speed, exact: true }).click();
  }
  await page.getByRole("button", { name: "Run migration" }).click();
  await expect(page).toHaveURL(/\/runs\/\d+$/);
}

/** Waits until the run of the page shown has this status. */
export async function expectStatus(page: Page, status: string): Promise<void> {
  await expect(page.locator(".run-head .tag")).toHaveText(status, { timeout: 45_000 });
}

/**
 * Journals run 1 as one that failed in its second phase after `lines` log lines: a warning every 1,000 lines, an error at
 * the end, every 97th line too long for one row.
 */
export async function journalFailedRun(console: Console, lines: number): Promise<void> {
  const error = {
    sqlstate: "55P03",
    message: "canceling statement due to lock timeout",
    statement: null,
    remedy: null,
  };
  await console.query(
    `insert into tidemark.runs (kind, status, started_by, epoch, last_seq, started_at, finished_at, error)
     values ('migrate', 'failed', 'web', 1, $1, '2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z', $2)`,
    [lines, error],
  );
  await console.query(
    `insert into tidemark.run_phases (run_id, phase, state, started_at, finished_at, duration_ms, rows)
     values (1, 'source-ip', 'complete', '2026-01-01T00:00:01Z', '2026-01-01T00:25:00Z', 1499000, 1682827),
            (1, 'asn-inventory', 'failed', '2026-01-01T00:25:00Z', '2026-01-01T01:00:00Z', 2100000, 0)`,
  );
  await console.query(
    `insert into tidemark.log_lines (run_id, seq, at, level, phase, message)
     select 1, seq, timestamptz '2026-01-01T00:00:00Z' + seq * interval '3600 seconds' / $1,
            case when seq = $1 - 3 then 'error' when seq % 1000 = 0 then 'warn' else 'info' end,
            case when seq < 10 then null when seq <= $1 * 0.4 then 'source-ip' else 'asn-inventory' end,
            case when seq = $1 - 3 then 'canceling statement due to lock timeout (55P03): held by pid 4711'
                 when seq % 1000 = 0 then 'Lock not available on 3 rows, left for the closing sweep: ' || seq
                 when seq % 97 = 0 then 'Set aside: ' || repeat('document-unreadable, ', 20) || seq
                 else format('%s sessions, 5,170 rows/s, batch 2,200 in 249 ms', seq * 16) end
     from generate_series(1, $1::int) as seq`,
    [lines],
  );
}
