/**
 * `npm run screenshots`: the pictures that README.md and docs show, of the production build on a generated honeypot that is
 * always the same but for its times: as found, during a run, and proved.
 */
import { chmod, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Browser, chromium, type Locator, type Page } from "@playwright/test";
import { ensureEmbedded, stopEmbedded } from "@/lib/db/embedded";
import { findFreePort } from "@/lib/db/embedded-server";
import { makeDemo } from "@/lib/demo/demo";
import { ensureChromium } from "@/scripts/chromium";
import { openDemoAccess } from "@/scripts/demo-access";
import { ensureBuild } from "@/scripts/production-build";
import { openWebServer } from "@/scripts/web-server";

const FOLDER = path.resolve(import.meta.dirname, "../docs/images");
const WIDTH = 1280;
const HEIGHT = 840;

/** Enough for a sweep that is still at work when its second picture is taken. */
const SESSIONS = 60_000;

/** A README is read over slow lines too. */
const MOST_BYTES = 200_000;

const PATIENCE_MS = 120_000;

async function main(): Promise<void> {
  const executablePath = ensureChromium();
  if (executablePath === null) throw new Error("No Chromium was found, and none could be installed.");
  if (!ensureBuild()) throw new Error("The production build failed; its output is above.");
  await mkdir(FOLDER, { recursive: true });
  const home = await mkdtemp(path.join(tmpdir(), "tidemark-screenshots-"));
  await chmod(home, 0o755);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const { connectionString } = await ensureEmbedded(home, { fsync: "off" });
    const target = { connectionString, schema: "public" };
    await makeDemo(target, { sessions: SESSIONS, seed: 1, broken: ["orm-shaped-filled"] });
    const port = await findFreePort();
    const access = await openDemoAccess(target, port);
    if (access === null) throw new Error("The honeypot that was just made cannot be worked on.");
    const server = await openWebServer(port, { DATABASE_URL: connectionString }, { isSilent: true });
    try {
      const page = await openPage(browser, server.url);
      await page.goto(access.link);
      await page.waitForURL(`${server.url}/`);
      await takeAll(page);
    } finally {
      await server.stop();
    }
  } finally {
    await browser.close();
    await stopEmbedded(home);
    await rm(home, { recursive: true, force: true });
  }
}

async function openPage(browser: Browser, baseURL: string): Promise<Page> {
  const viewport = { width: WIDTH, height: HEIGHT };
  const page = await browser.newPage({ baseURL, viewport, reducedMotion: "reduce", colorScheme: "light" });
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

/** One honeypot's story, from what an earlier attempt left to the way back. */
async function takeAll(page: Page): Promise<void> {
  await open(page, "/");
  await take(page, "overview");
  await open(page, "/schema");
  await take(page, "schema");
  await open(page, "/plan");
  await page.getByText("looked at now").waitFor();
  await take(page, "plan");

  await open(page, "/");
  await page.getByRole("button", { name: "Run migration" }).click();
  await page.waitForURL(/\/runs\/1$/);
  await page.waitForFunction(() => /^(9|[1-9]\d)\s?%/.test(document.title));
  await take(page, "run");
  await page.locator(".run-head .tag", { hasText: "succeeded" }).waitFor();

  await open(page, "/coverage");
  // Its figures are counted behind its back.
  await page.waitForFunction(() => !document.querySelector(".figures")?.textContent?.includes("–"));
  await take(page, "coverage");
  await open(page, "/runs");
  await take(page, "runs");
  await open(page, "/set-aside");
  await take(page, "set-aside");
  // All of the dialog is in sight.
  await page.setViewportSize({ width: WIDTH, height: 960 });
  await open(page, "/");
  await page.getByRole("button", { name: "Reset to v15…" }).click();
  await page.getByRole("region", { name: "Objects that go" }).waitFor();
  await take(page, "reset", page.getByRole("dialog"));
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector("main [aria-busy=true]") === null);
}

/** What is in the window, or one part of it, in both themes. */
async function take(page: Page, name: string, part: Page | Locator = page): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await page.evaluate((isDark) => document.documentElement.classList.toggle("dark", isDark), theme === "dark");
    const file = path.join(FOLDER, `${name}-${theme}.png`);
    await part.screenshot({ path: file });
    const { size } = await stat(file);
    if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes, more than ${MOST_BYTES}.`);
    console.log(`${path.relative(process.cwd(), file)}, ${Math.round(size / 1_000)} kB`);
  }
}

await main();
