/** `npm test`: every check and every test, one after the other; at the end a line for each, with what failed, and one for all. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { runPlaywright } from "@/scripts/playwright-run";
import { ensureBuild } from "@/scripts/production-build";
import { type Outcome, runVitest } from "@/scripts/vitest-run";

const ROOT = path.resolve(import.meta.dirname, "..");
const one = (isPassed: boolean): Outcome => ({
  passed: isPassed ? 1 : 0,
  failed: isPassed ? 0 : 1,
  skipped: 0,
  failures: [],
});

function run(command: string, parameters: string[]): boolean {
  const binary = path.join(ROOT, "node_modules/.bin", command);
  return spawnSync(binary, parameters, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

/** Tag of browser tests beside which nothing else may run. */
const MEASURES_TIME = "@measures-time";

const STEPS: [title: string, step: () => Outcome][] = [
  ["Types", () => one(run("next", ["typegen"]) && run("tsc", ["--noEmit"]))],
  ["Lint", () => one(run("biome", ["check"]))],
  ["Import rules", () => one(run("tsx", ["scripts/check-imports.ts"]))],
  ["Unused code", () => one(run("knip", []))],
  ["Unit and integration tests", () => runVitest([])],
  ["Production build", () => one(ensureBuild())],
  ["Browser tests", () => runPlaywright("--grep-invert", MEASURES_TIME)],
  ["Browser tests that measure time", () => runPlaywright("--grep", MEASURES_TIME, "--workers", "1")],
];

const total = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];
for (const [title, step] of STEPS) {
  console.log(`\n== ${title}`);
  const outcome = step();
  total.passed += outcome.passed;
  total.failed += outcome.failed;
  total.skipped += outcome.skipped;
  lines.push(
    `${outcome.failed === 0 ? "ok    " : "FAILED"} ${title}: ${outcome.passed} passed, ${outcome.failed} failed`,
    ...outcome.failures.map((failure) => failure.replaceAll(/^/gm, " ".repeat(9))),
  );
}

console.log(`\n${lines.join("\n")}`);
if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
