import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { ensureChromium } from "@/scripts/chromium";
import { describeFailure, type Outcome } from "@/scripts/vitest-run";

const ROOT = path.resolve(import.meta.dirname, "..");

const attempt = z.object({ errors: z.array(z.object({ message: z.string().optional() })) });

const suite = z.object({
  specs: z.array(
    z.object({
      file: z.string(),
      line: z.number(),
      title: z.string(),
      ok: z.boolean(),
      tests: z.array(z.object({ results: z.array(attempt) })),
    }),
  ),
  get suites() {
    return z.array(suite).optional();
  },
});

const report = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  suites: z.array(suite),
});

/** Runs the browser tests that `selection` picks by Playwright's own options, showing them as they go. */
export function runPlaywright(...selection: string[]): Outcome {
  if (ensureChromium() === null) {
    return toFailure("No Chromium was found, and none could be installed: install it, or put it on PATH.");
  }
  const folder = mkdtempSync(path.join(tmpdir(), "tidemark-report-"));
  const file = path.join(folder, "playwright.json");
  const binary = path.join(ROOT, "node_modules/.bin/playwright");
  const { status } = spawnSync(binary, ["test", "--reporter=list,json", ...selection], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  });
  try {
    return toOutcome(report.parse(JSON.parse(readFileSync(file, "utf8"))), status === 0);
  } catch (error) {
    return toFailure(`Playwright left no report: ${error instanceof Error ? error.message : error}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function toOutcome({ stats, suites }: z.infer<typeof report>, isPassed: boolean): Outcome {
  const failures = suites.flatMap(listFailures);
  if (failures.length === 0 && !isPassed) failures.push("Playwright failed outside of any test.");
  return { passed: stats.expected, failed: failures.length, skipped: stats.skipped, failures };
}

function listFailures({ specs, suites = [] }: z.infer<typeof suite>): string[] {
  const own = specs
    .filter(({ ok }) => !ok)
    .map(({ file, line, title, tests }) => {
      const [error] = tests.flatMap(({ results }) => results.flatMap(({ errors }) => errors));
      return describeFailure(`e2e/${file}:${line}: ${title}`, error?.message);
    });
  return [...own, ...suites.flatMap(listFailures)];
}

function toFailure(cause: string): Outcome {
  console.error(cause);
  return { passed: 0, failed: 1, skipped: 0, failures: [cause] };
}
