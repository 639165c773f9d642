import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";

const ROOT = path.resolve(import.meta.dirname, "..");

/** What a run of vitest came to. */
export interface VitestOutcome {
  passed: number;
  failed: number;
  skipped: number;
  /** File and name of each test that failed. */
  failures: string[];
}

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(
    z.object({ name: z.string(), assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })) }),
  ),
});

/**
 * Runs the tests of the files that `filters` match, showing them as they go.
 *
 * @param environment Variables of the tests besides those of this process.
 */
export function runVitest(filters: string[], environment: Record<string, string> = {}): VitestOutcome {
  const folder = mkdtempSync(path.join(tmpdir(), "tidemark-report-"));
  const file = path.join(folder, "vitest.json");
  const parameters = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...filters];
  const { status } = spawnSync(path.join(ROOT, "node_modules/.bin/vitest"), parameters, {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...environment },
  });
  try {
    return toOutcome(report.parse(JSON.parse(readFileSync(file, "utf8"))), status === 0);
  } catch {
    return { passed: 0, failed: 1, skipped: 0, failures: ["vitest left no report"] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function toOutcome(found: z.infer<typeof report>, isPassed: boolean): VitestOutcome {
  const failures = found.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName }) => `${path.relative(ROOT, name)}: ${fullName}`),
  );
  // A file that does not load, or an error outside of any test, fails the run without failing a test.
  const failed = found.numFailedTests === 0 && !isPassed ? 1 : found.numFailedTests;
  return { passed: found.numPassedTests, failed, skipped: found.numPendingTests, failures };
}
