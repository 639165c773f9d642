import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DISTRIBUTION, makeDistribution } from "@/scripts/distribution";

const ROOT = path.resolve(import.meta.dirname, "..");

/** What the build is made of. Contents are compared, not times: a fresh checkout has only new files. */
const SOURCES = [
  ...["app", "components", "lib", "public", "instrumentation.ts", "proxy.ts"],
  ...["next.config.ts", "postcss.config.mjs", "tsconfig.json", "package.json", "package-lock.json"],
];

/** What else is in the distribution, or decides what is. */
const FURTHER_SOURCES = [
  ...["README.md", "docs/cli.md"],
  ...["distribution", "man-page", "third-party", "tidemark-bundle"].map((name) => `scripts/${name}.ts`),
];

/** Written after each of the two: the digest of the sources it was made of. */
const STAMP = path.join(ROOT, ".next/source-digest");
const FURTHER_STAMP = path.join(ROOT, ".next/distribution-digest");

/** A build reaches for no database: were a page tried out during it, the embedded one would be made here. */
const NO_DATABASE = path.join(ROOT, ".next/no-database");

/** Stands for every secret while a build is made: a test looks for it in what comes out. */
export const BUILD_CANARY = "Canary-of-the-build-5e1d9b-7c04ff12a8";

/**
 * Makes the production build, and of it what is shipped, unless what is there was made of the present sources.
 *
 * @returns Whether there is a build now; the output of a failed one has gone to the terminal.
 */
export function ensureBuild(): boolean {
  const digest = readDigest(SOURCES);
  if (!isOf(STAMP, digest)) {
    if (!buildWithNext()) return false;
    writeFileSync(STAMP, digest);
  }
  const further = readDigest([...SOURCES, ...FURTHER_SOURCES]);
  if (existsSync(DISTRIBUTION) && isOf(FURTHER_STAMP, further)) return true;
  makeDistribution();
  writeFileSync(FURTHER_STAMP, further);
  return true;
}

function isOf(stamp: string, digest: string): boolean {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === digest;
}

function buildWithNext(): boolean {
  rmSync(STAMP, { force: true });
  // Next's trace would take the one before along.
  rmSync(DISTRIBUTION, { recursive: true, force: true });
  const next = path.join(ROOT, "node_modules/next/dist/bin/next");
  const { status } = spawnSync(process.execPath, [next, "build"], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      DATABASE_URL: "",
      TIDEMARK_HOME: NO_DATABASE,
      TIDEMARK_SECRET: BUILD_CANARY,
      TIDEMARK_READ_DATABASE_URL: `postgres://cowrie:${BUILD_CANARY}@127.0.0.1:9/cowrie`,
    },
  });
  if (existsSync(NO_DATABASE)) {
    console.error("The build read the database: a page or route is rendered beforehand. Make it dynamic.");
    return false;
  }
  return status === 0;
}

function readDigest(sources: string[]): string {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((source) => listFiles(source))) {
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(path.join(ROOT, file)));
  }
  return hash.digest("hex");
}

function listFiles(entry: string): string[] {
  const full = path.join(ROOT, entry);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return /\.test\.tsx?$/.test(entry) ? [] : [entry];
  return readdirSync(full)
    .sort()
    .flatMap((name) => listFiles(path.join(entry, name)));
}
