import type { Page } from "@playwright/test";
import type pg from "pg";
import { type Console, expect, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";
import { expectStatus, startMigration } from "@/e2e/run-page";
import { openClient } from "@/lib/db/client";

/** A session that holds what the first step of a run needs, and its pid. */
async function aHolder(console: Console): Promise<{ holder: pg.Client; pid: number }> {
  const holder = await openClient(console.target, "nightly report");
  await holder.query("begin; lock table public.session_summaries in access share mode");
  const { rows } = await holder.query<{ pid: number }>("select pg_backend_pid() as pid");
  return { holder, pid: rows[0]?.pid ?? 0 };
}

/** Opens the confirmation for the session that the run waits for. */
async function askToEnd(page: Page, pid: number) {
  const panel = page.getByRole("region", { name: `Waiting for pid ${pid}` });
  await panel.getByRole("button", { name: "Terminate this session…" }).click();
  const dialog = page.getByRole("dialog", { name: `End pid ${pid}, in the way of run 1` });
  await expect(dialog).toContainText("nightly report as ");
  return { panel, dialog };
}

test("a session in the way is terminated after a word on what it loses; the run goes on and its log says so", async ({
  page,
  console,
}) => {
  const { holder, pid } = await aHolder(console);
  await startMigration(page);
  const { panel, dialog } = await askToEnd(page, pid);
  await expect(dialog).toContainText("idle in transaction");
  await expect(dialog).toContainText("rolls back");
  await expect(dialog.getByRole("button", { name: "Cancel its statement" })).toHaveAttribute("aria-disabled", "true");
  await expectGoodLooks(page);

  await dialog.getByRole("button", { name: "Leave it alone" }).click();
  await expect(dialog).toBeHidden();
  expect(await holder.query("select 1")).toMatchObject({ rowCount: 1 });

  await askToEnd(page, pid);
  await dialog.getByRole("button", { name: `Terminate pid ${pid}` }).click();
  await expect(dialog).toBeHidden({ timeout: 20_000 });
  await expect(panel).toHaveCount(0);
  await expect(holder.query("select 1")).rejects.toThrow();
  await expectStatus(page, "succeeded");
  await page.getByRole("button", { name: "Open all parts" }).click();
  await expect(
    page.locator(".line.warn .msg", { hasText: `Terminated pid ${pid} at the operator's request` }),
  ).toHaveCount(1);
});

test("a statement in the way is cancelled first, and its connection stays", async ({ page, console }) => {
  const { holder, pid } = await aHolder(console);
  const slow = expect(holder.query("select pg_sleep(600)")).rejects.toMatchObject({ code: "57014" });
  await startMigration(page);
  const { dialog } = await askToEnd(page, pid);
  await dialog.getByRole("button", { name: "Cancel its statement" }).click();
  await slow;
  await expect(dialog).toBeHidden();
  await holder.query("rollback");
  await expectStatus(page, "succeeded");
  await holder.end();
});

test("a session that gives way while its end is thought over is not ended", async ({ page, console }) => {
  const { holder, pid } = await aHolder(console);
  await startMigration(page);
  const { dialog } = await askToEnd(page, pid);
  await holder.query("rollback");
  await expect(dialog).toContainText("It is not in the way any more: there is nothing to end.", { timeout: 20_000 });
  await expect(dialog.getByRole("button", { name: `Terminate pid ${pid}` })).toHaveAttribute("aria-disabled", "true");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  expect(await holder.query("select 1")).toMatchObject({ rowCount: 1 });
  await expectStatus(page, "succeeded");
  await holder.end();
});
