import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";

/** The same engine without windows takes an eighth less time. */
const NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Packages of Debian and its kin, the first of which is there gives a browser. */
const PACKAGES = ["chromium-headless-shell", "chromium"];

/** Path of a Chromium that runs: of the system, else Playwright's own; null if there is none. */
export function findChromium(): string | null {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const installed = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return [...installed, chromium.executablePath()].find((file) => existsSync(file) && runs(file)) ?? null;
}

/** Some systems ship a `chromium-browser` that only says where to get it. */
function runs(file: string): boolean {
  return spawnSync(file, ["--version"], { timeout: 30_000 }).status === 0;
}

/** Finds Chromium, or installs it: as root from the system's packages, else Playwright's own. */
export function ensureChromium(): string | null {
  const found = findChromium();
  if (found !== null) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    run("apt-get", ["update"]);
    for (const name of PACKAGES) {
      run("apt-get", ["install", "--yes", "--no-install-recommends", name], { DEBIAN_FRONTEND: "noninteractive" });
      const packaged = findChromium();
      if (packaged !== null) return packaged;
    }
  }
  const cli = path.resolve(import.meta.dirname, "../node_modules/@playwright/test/cli.js");
  run(process.execPath, [cli, "install", ...(process.getuid?.() === 0 ? ["--with-deps"] : []), "chromium"]);
  return findChromium();
}

function run(command: string, parameters: string[], environment: Record<string, string> = {}): void {
  spawnSync(command, parameters, { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...environment } });
}
