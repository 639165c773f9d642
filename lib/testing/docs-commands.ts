import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** A command line that a document tells its reader to type. */
export interface DocumentedCommand {
  /** The document, as in `docs/recovery.md`. */
  file: string;
  /** Number of its block in the document: a reader types each from the folder of the checkout. */
  block: number;
  /** The whole line, without a comment behind it. */
  line: string;
  /** Its words, quotes taken off, settings before it left out. */
  words: string[];
}

/** Every document for operators. */
export const DOCUMENTS = [
  "README.md",
  ...readdirSync(path.join(ROOT, "docs"))
    .filter(isPage)
    .map((name) => `docs/${name}`),
];

function isPage(name: string): boolean {
  return name.endsWith(".md");
}

/** The lines of the `sh`, `bash` and `shell` blocks of a document, in order; a backslash at the end joins two. */
export function readCommands(file: string): DocumentedCommand[] {
  const text = readFileSync(path.join(ROOT, file), "utf8");
  return [...text.matchAll(/^```(?:sh|bash|shell)\n(.*?)^```$/gms)].flatMap(([, written = ""], block) =>
    written
      .replaceAll("\\\n", " ")
      .split("\n")
      .map((line) => line.replace(/\s+#.*$/, "").trim())
      .filter((line) => line !== "" && !line.startsWith("#"))
      .flatMap((line) => line.split(/\s+&&\s+/))
      .map((line) => ({ file, block, line, words: toWords(line) })),
  );
}

/** Of a command line the arguments of `tidemark`, in any of the ways it is called; null where it is something else. */
export function tidemarkArguments({ words }: DocumentedCommand): string[] | null {
  const spellings = [["tidemark"], ["npx", "tidemark"], ["npm", "run", "-s", "tidemark", "--"]];
  const spelling = spellings.find((one) => one.every((word, index) => words[index] === word));
  if (spelling === undefined) return null;
  const rest = words.slice(spelling.length);
  const end = rest.findIndex((word) => /^([|>;&]|2>)/.test(word));
  return end === -1 ? rest : rest.slice(0, end);
}

/** Words as a shell would see them; no variable is filled in. */
function toWords(line: string): string[] {
  const words = [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ""));
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  return words.slice(first === -1 ? words.length : first);
}
