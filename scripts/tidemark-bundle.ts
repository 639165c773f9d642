import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";

const ROOT = path.resolve(import.meta.dirname, "..");

/** Packages inside the bundle that were written for CommonJS ask for those of Node by `require`. */
const BANNER = `#!/usr/bin/env node
import { createRequire as createRequireOfBundle } from "node:module";
const require = createRequireOfBundle(import.meta.url);`;

/**
 * What is installed beside Tidemark instead of being built into it, as package.json says: what has native parts, one for
 * each platform.
 */
export function readInstalledBeside(): string[] {
  const manifest: { dependencies?: object; optionalDependencies?: object } = JSON.parse(
    readFileSync(path.join(ROOT, "package.json"), "utf8"),
  );
  return Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
}

/**
 * Puts the command line, all of its modules and the packages it uses into one file. Whoever installs it translates no
 * TypeScript, and it starts in a quarter of the time.
 */
export function bundleTidemark(file: string): void {
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: ["lib/cli/main.ts"],
    outfile: file,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    banner: { js: BANNER },
    external: readInstalledBeside(),
    alias: { "server-only": path.join(ROOT, "node_modules/server-only/empty.js") },
    legalComments: "none",
    logLevel: "error",
  });
}

/** A bundle for as long as it is needed. */
export interface TemporaryBundle {
  file: string;
  remove(): void;
}

/** The command line as one file of its own: hundreds of tests start a process. */
export function openTidemarkBundle(): TemporaryBundle {
  // Below the project, so that what is installed beside it is found from there.
  const folder = mkdtempSync(path.join(ROOT, "node_modules/.tidemark-"));
  const file = path.join(folder, "tidemark.mjs");
  bundleTidemark(file);
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
