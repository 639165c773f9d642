import { expect, type Page } from "@playwright/test";

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
