import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Why nothing can be checked by promtool, or null if it can. Printed, since reporters hide a reason. */
export function reasonToSkipPromtool(): string | null {
  if (spawnSync("promtool", ["--version"]).error === undefined) return null;
  const reason = "Skipped: promtool is not on PATH (Debian: apt-get install prometheus).";
  process.stderr.write(`${reason}\n`);
  return reason;
}

/** What promtool finds wrong with metrics in Prometheus' own format: form, names, help. Empty: nothing. */
export function lintMetrics(text: string): string {
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
  return status === 0 ? "" : `${stdout}${stderr}`;
}

/** What the OpenMetrics parser of Prometheus finds wrong; it wants a time behind each value. Empty: nothing. */
export function parseOpenMetrics(text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "tidemark-metrics-"));
  try {
    const file = path.join(folder, "metrics.txt");
    writeFileSync(
      file,
      text.replace(/^[^#\n].*$/gm, (line) => `${line} 1700000000`),
    );
    const parameters = ["tsdb", "create-blocks-from", "openmetrics", file, path.join(folder, "blocks")];
    const { status, stdout, stderr } = spawnSync("promtool", parameters, { encoding: "utf8" });
    return status === 0 ? "" : `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
