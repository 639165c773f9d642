/** `npm test`: every check and every test, one after the other, and one line at the end that sums them up. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { ensureChromium } from "@/scripts/chromium";
import { ensureBuild } from "@/scripts/production-build";
import { runVitest } from "@/scripts/vitest-run";

interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}

const ROOT = path.resolve(import.meta.dirname, "..");
const reports = mkdtempSync(path.join(tmpdir(), "tidemark-reports-"));
const one = (isPassed: boolean): Outcome => ({ passed: isPassed ? 1 : 0, failed: isPassed ? 0 : 1, skipped: 0 });

function run(command: string, parameters: string[], environment: Record<string, string> = {}): boolean {
  const binary = path.join(ROOT, "node_modules/.bin", command);
  const env = { ...process.env, ...environment };
  return spawnSync(binary, parameters, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"], env }).status === 0;
}

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

/** Tag of browser tests beside which nothing else may run. */
const MEASURES_TIME = "@measures-time";

function runPlaywright(...selection: string[]): Outcome {
  const chromium = ensureChromium();
  if (chromium === null) {
    console.error("No Chromium was found, and none could be installed: install it, or put it on PATH.");
    return one(false);
  }
  const file = path.join(reports, "playwright.json");
  const isPassed = run("playwright", ["test", "--reporter=list,json", ...selection], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: file,
  });
  const stats = readReport(file, playwrightReport)?.stats;
  if (stats === undefined) return one(false);
  const failed = stats.unexpected + stats.flaky;
  return { passed: stats.expected, failed: countFailed(failed, isPassed), skipped: stats.skipped };
}

/** A file that does not load, or an error outside of any test, fails the run without failing a test. */
function countFailed(failed: number, isPassed: boolean): number {
  return failed === 0 && !isPassed ? 1 : failed;
}

function readReport<Shape extends z.ZodType>(file: string, shape: Shape): z.infer<Shape> | null {
  try {
    return shape.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

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

const total: Outcome = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];
for (const [title, step] of STEPS) {
  console.log(`\n== ${title}`);
  const outcome = step();
  total.passed += outcome.passed;
  total.failed += outcome.failed;
  total.skipped += outcome.skipped;
  lines.push(
    `${outcome.failed === 0 ? "ok    " : "FAILED"} ${title}: ${outcome.passed} passed, ${outcome.failed} failed`,
  );
}
rmSync(reports, { recursive: true, force: true });

console.log(`\n${lines.join("\n")}`);
if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
