import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { GLOSSARY } from "@/lib/client/glossary";
import { toTextParts } from "@/lib/client/terms";

test("docs/glossary.md holds the same words with the same meanings", () => {
  const page = readFileSync(path.resolve(import.meta.dirname, "../../docs/glossary.md"), "utf8");
  const rows = page
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2)
    .map((line) => line.split("|").map((cell) => cell.trim()));
  expect(rows.map(([, term, means]) => ({ term, means }))).toEqual(
    GLOSSARY.map(({ term, means }) => ({ term, means })),
  );
});

test.each(GLOSSARY)("$id is said in one sentence", ({ means }) => {
  expect(means).toMatch(/^[A-Z][^.]*\.$/);
});

test("a text is cut where a word is named first, in any spelling, the longest one", () => {
  expect(toTextParts("About 7 open sessions: ingest wrote them.", ["ingest", "open-session"])).toEqual([
    { text: "About 7 ", term: null },
    { text: "open sessions", term: "open-session" },
    { text: ": ", term: null },
    { text: "ingest", term: "ingest" },
    { text: " wrote them.", term: null },
  ]);
});

test("a word inside another one is not that word, and a text without any stays whole", () => {
  expect(toTextParts("Runners reopened it.", ["run", "open-session"])).toEqual([
    { text: "Runners reopened it.", term: null },
  ]);
});

test("of two words that overlap the first one stands", () => {
  expect(toTextParts("What was set aside", ["set-aside", "set-aside"])).toEqual([
    { text: "What was ", term: null },
    { text: "set aside", term: "set-aside" },
  ]);
});
