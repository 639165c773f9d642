import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

/** Published honeypot logs beside the project, whose licences do not allow a copy inside it. */
const FOLDER = path.resolve(import.meta.dirname, "../../../../shared/data");

/** Why a test over the shared data is skipped, or null if it can run. Printed, since reporters hide a reason. */
export function reasonToSkip(...files: string[]): string | null {
  const missing = files.filter((file) => !existsSync(path.join(FOLDER, file)));
  if (missing.length === 0) return null;
  const reason = `Skipped: ${missing.join(", ")} not found in ../shared/data.`;
  process.stderr.write(`${reason}\n`);
  return reason;
}

/** The lines of a file of the shared data, parsed; a `.gz` is unpacked. */
export function readLines<Line>(file: string): Line[] {
  const bytes = readFileSync(path.join(FOLDER, file));
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Line]));
}

/** The lines of a file of the shared data, as they are. */
export function readTextLines(file: string): string[] {
  return readFileSync(path.join(FOLDER, file), "utf8")
    .split("\n")
    .filter((line) => line !== "");
}
