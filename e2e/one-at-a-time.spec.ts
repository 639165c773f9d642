import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Page } from "@playwright/test";
import { type Action, captureAction } from "@/e2e/captured-action";
import { type Console, expect, test } from "@/e2e/fixtures";
import { expectStatus, startMigration } from "@/e2e/run-page";
import { refusal } from "@/lib/contract";
import { openClient } from "@/lib/db/client";
import { tryRunLock } from "@/lib/migration/run/lock";

const ROOT = path.resolve(import.meta.dirname, "..");

test.describe("many at once", () => {
  test.use({ expectedErrors: [/ERR_FAILED/] });

  test("F28: a double click and twenty parallel requests make exactly one run, and the rest learn which", async ({
    page,
    console,
    baseURL,
  }) => {
    const held = await holdRunLock(console);
    const action = await captureAction(page);
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(baseURL, action)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const refused = answers.filter(({ text }) => text.includes('"active-run"'));
    expect(refused).toHaveLength(19);
    for (const { text } of refused) expect(text).toMatch(/run 1 \(migrate\), started by tess@example.org at \d{4}-/);
    expect(await countRuns(console)).toBe(1);

    await page.reload();
    await page.getByRole("link", { name: "Follow run 1" }).dblclick();
    await expect(page).toHaveURL(/\/runs\/1$/);
    await held.release();
    await expectStatus(page, "succeeded");
    expect(await countRuns(console)).toBe(1);
  });
});

test("F28: a command line beside the web is refused with exit code 3, who and since when", async ({
  page,
  console,
}) => {
  const held = await holdRunLock(console);
  await startMigration(page);
  const refused = await runTidemark(console, ["migrate", "--json"]);
  expect(refused.exitCode).toBe(3);
  const { error } = refusal.parse(JSON.parse(refused.stdout));
  expect(error).toMatchObject({
    code: "active-run",
    activeRun: { id: 1, kind: "migrate", startedBy: "tess@example.org" },
  });
  expect(error.remedy).toContain("tidemark logs 1 --follow");

  // What a command line may do to a run of the web is steer it.
  const cancelled = await runTidemark(console, ["cancel", "1", "--json"]);
  expect(cancelled).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"status":"cancelled"') });
  await expectStatus(page, "cancelled");
  await held.release();
});

test("F29: two servers on one database stream the same log, and either may steer the run", async ({
  page,
  context,
  console,
  openConsole,
}) => {
  const second = await openConsole(console.target.connectionString);
  const other = await context.newPage();
  const holder = await openClient(console.target);
  await holder.query("begin; lock table public.session_summaries in access share mode");
  await startMigration(page);
  await other.goto(`${second.baseURL}/runs/1`);
  await expectStatus(other, "running");
  await other.getByRole("button", { name: "Pause" }).click();
  await expectStatus(page, "paused");
  await holder.query("rollback");
  await holder.end();
  await page.getByRole("button", { name: "Resume" }).click();

  const [shown, shownElsewhere] = await Promise.all([page, other].map(readWholeLog));
  expect(shown).toEqual(shownElsewhere);
  expect(await countRuns(console)).toBe(1);
});

test("F79: eight tabs on one server are all usable while a run goes on, and all see its end", async ({
  page,
  context,
  console,
}) => {
  test.setTimeout(120_000);
  const holder = await openClient(console.target);
  await holder.query("begin; lock table public.session_summaries in access share mode");
  await startMigration(page);
  await page.getByRole("button", { name: "Pause" }).click();
  await expectStatus(page, "paused");
  const others: Page[] = [];
  for (let tab = 2; tab <= 8; tab += 1) {
    const other = await context.newPage();
    await other.goto("/runs/1");
    await expect(other.locator(".log-foot")).toContainText(/live, line|read every 2 s/);
    others.push(other);
  }
  const tabs = [page, ...others];
  expect(await page.locator(".log-foot").textContent()).toContain("live, line");
  expect(await others.at(-1)?.locator(".log-foot").textContent()).toContain("read every 2 s");

  const last = others.at(-1) ?? page;
  await last.getByRole("link", { name: "Schema", exact: true }).click();
  await expect(last.getByRole("heading", { level: 1, name: "Schema" })).toBeVisible();
  await last.goBack();
  await holder.query("rollback");
  await holder.end();
  await last.getByRole("button", { name: "Resume" }).click();
  await Promise.all(tabs.map((tab) => expectStatus(tab, "succeeded")));
  const logs = await Promise.all(tabs.map(readWholeLog));
  expect(new Set(logs.map((lines) => lines.join("\n"))).size).toBe(1);
});

test("F79: a tab out of sight closes its stream, and takes up the log behind its last line when it is seen again", async ({
  page,
  console,
}) => {
  const holder = await openClient(console.target);
  await holder.query("begin; lock table public.session_summaries in access share mode");
  await startMigration(page);
  await expect(page.locator(".log-foot")).toContainText("live, line");
  await setHidden(page, true);
  await expect(page.locator(".log-foot")).toContainText("read every");
  await holder.query("rollback");
  await holder.end();
  await setHidden(page, false);
  await expectStatus(page, "succeeded");
  const [stored] = await console.query<{ lines: number }>("select count(*)::int as lines from tidemark.log_lines");
  expect(await readWholeLog(page)).toHaveLength(stored?.lines ?? -1);
});

test.describe("an old tab", () => {
  test.use({ expectedErrors: [/404|409/] });

  test("F86: after a deploy its buttons say to reload, and nothing is done", async ({ page, console }) => {
    await page.goto("/");
    await page.route("**/*", (route) => {
      const request = route.request();
      if (request.method() !== "POST") return route.continue();
      // The console was built anew, with other names for its actions.
      return route.continue({ headers: { ...request.headers(), "next-action": "00".repeat(21) } });
    });
    await page.getByRole("button", { name: "Run migration" }).click();
    const alert = page.getByRole("main").getByRole("alert");
    await expect(alert).toContainText("This page is older than the console");
    await expect(alert).toContainText("Reload the page");
    expect(await countRuns(console)).toBe(0);

    await page.unroute("**/*");
    await page.reload();
    await page.getByRole("button", { name: "Run migration" }).click();
    await expectStatus(page, "succeeded");
  });
});

async function send(baseURL: string | undefined, { headers, body }: Action) {
  const names = ["next-action", "content-type", "accept", "cookie"];
  const kept = Object.fromEntries(names.map((name) => [name, headers[name] ?? ""]));
  const answer = await fetch(`${baseURL}/`, { method: "POST", headers: { ...kept, origin: baseURL ?? "" }, body });
  return { status: answer.status, text: await answer.text() };
}

/** While another session holds the run lock, no worker can take a run: it stays queued. */
async function holdRunLock(console: Console) {
  const holder = await openClient(console.target);
  expect(await tryRunLock(holder)).toBe(true);
  return { release: () => holder.end() };
}

async function countRuns(console: Console): Promise<number> {
  const [row] = await console.query<{ runs: number }>("select count(*)::int as runs from tidemark.runs");
  return row?.runs ?? -1;
}

/** Every line of the log that a page shows once the run has ended. */
async function readWholeLog(page: Page): Promise<string[]> {
  await expectStatus(page, "succeeded");
  await expect(page.locator(".log-foot")).toContainText(/end of the log, \d+ lines/);
  const open = page.getByRole("button", { name: "Open all parts" });
  if (await open.isVisible()) await open.click();
  const total = Number(/end of the log, (\d+) lines/.exec((await page.locator(".log-foot").textContent()) ?? "")?.[1]);
  await expect(page.locator(".line")).toHaveCount(total);
  return page.locator(".line .msg").allTextContents();
}

/** Tells the page that its tab went out of sight, or came back. */
async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);
}

/** Executes `tidemark` beside the console, on its database. */
async function runTidemark(console: Console, args: string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", "lib/cli/main.ts", ...args], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: console.target.connectionString },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const [exitCode] = await once(child, "close");
  return { exitCode: exitCode as number | null, stdout };
}
