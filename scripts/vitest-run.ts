import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { z } from "zod";

const ROOT = path.resolve(import.meta.dirname, "..");

/** What a step of the checks came to. */
export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** File and name of each test that failed, and the first lines of what it said. */
  failures: string[];
}

const report = z.object({
  numPassedTests: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).optional() }),
      ),
    }),
  ),
});

/**
 * Runs the tests of the files that `filters` match, showing them as they go.
 *
 * @param environment Variables of the tests besides those of this process.
 */
export function runVitest(filters: string[], environment: Record<string, string> = {}): Outcome {
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

/** Lines of a message that are shown again at the end: the difference, not the stack. */
const SHOWN_LINES = 12;

/** `test` and the beginning of what it failed with, without colours. */
export function describeFailure(test: string, message = "it said nothing"): string {
  const lines = stripVTControlCharacters(message).split("\n").slice(0, SHOWN_LINES);
  return [test, ...lines.map((line) => `  ${line}`.trimEnd())].join("\n");
}

function toOutcome(found: z.infer<typeof report>, isPassed: boolean): Outcome {
  const failures = found.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages = [] }) =>
        describeFailure(`${path.relative(ROOT, name)}: ${fullName}`, failureMessages[0]),
      ),
  );
  if (failures.length === 0 && !isPassed) failures.push("a file did not load, or an error came outside of any test");
  return { passed: found.numPassedTests, failed: failures.length, skipped: found.numPendingTests, failures };
}
