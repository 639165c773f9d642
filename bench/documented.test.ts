import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { DOCUMENTS, readCommands } from "@/lib/testing/docs-commands";

const ROOT = path.resolve(import.meta.dirname, "..");
const isSoak = process.env.TIDEMARK_SOAK === "1";

/** Instead of what a document asks for, which takes most of an hour; `npm run test:soak` takes that. */
const SHORTER = ["--sessions", "1000", "--workers", "1", "--rounds", "1", "--only", "seconds"];

const documented = DOCUMENTS.flatMap(readCommands).filter(({ line }) => line.startsWith("npm run bench"));

test.for(documented)(
  "$file: `$line` migrates as the reference does, and reports on it",
  { timeout: isSoak ? 7_200_000 : 120_000 },
  async ({ words: [program = "", ...documentedParameters] }, { signal }) => {
    const parameters = isSoak ? documentedParameters : ["run", "bench", "--", ...SHORTER];
    // The report in docs stays as it was measured, on a quiet machine.
    const { stdout } = await promisify(execFile)(program, [...parameters, "--no-report"], { cwd: ROOT, signal });
    const sizes = /--sessions (\S+)/.exec(parameters.join(" "))?.[1]?.split(",") ?? [];
    const compared = [...stdout.matchAll(/^Compared with the reference, none different: ([\d,]+) sessions/gm)];
    expect(compared.map(([, sessions = ""]) => sessions.replaceAll(",", ""))).toEqual(sizes);
  },
);
