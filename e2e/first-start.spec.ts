import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { stopEmbedded } from "@/lib/db/embedded";
import { findFreePort } from "@/lib/db/embedded-server";

const ROOT = path.resolve(import.meta.dirname, "..");

/** Where the embedded PostgreSQL of these commands is kept. */
let home = "";

test.describe.configure({ mode: "serial" });

test.beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), "tidemark-first-"));
});

test.afterAll(async () => {
  await stopEmbedded(home);
  rmSync(home, { recursive: true, force: true });
});

/** Types `npm …` in the checkout; `stop` sends it SIGINT, as Ctrl-C does to everything a terminal runs. */
async function type(parameters: string[]) {
  const port = String(await findFreePort());
  const child = spawn("npm", parameters, {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TIDEMARK_HOME: home,
      PORT: port,
    } as unknown as NodeJS.ProcessEnv,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      output += String(text);
    });
  }
  const exited = once(child, "exit");
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    async stop() {
      process.kill(-(child.pid ?? 0), "SIGINT");
      return exited;
    },
  };
}

test("`npm run demo` makes a honeypot at v15 and prints a link that opens its console", async ({ page }) => {
  test.setTimeout(120_000);
  const demo = await type(["run", "demo", "--", "--sessions", "2000"]);
  const link = () => /Open it signed in, once: +(\S+)/.exec(demo.output())?.[1];
  await expect.poll(link, { timeout: 90_000 }).toBeDefined();
  await page.goto(link() ?? "");
  await expect(page.getByRole("button", { name: "Run migration" })).toBeEnabled();
  await demo.stop();
});

test("`npm start` serves the console of the same database", async ({ page }) => {
  test.setTimeout(120_000);
  const server = await type(["start"]);
  const readiness = () =>
    fetch(`${server.url}/api/ready`).then(
      ({ status }) => status,
      () => server.output(),
    );
  await expect.poll(readiness, { timeout: 90_000 }).toBe(200);
  await page.goto(server.url);
  await expect(page).toHaveURL(/\/sign-in/);
  await server.stop();
});
