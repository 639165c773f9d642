import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "..");

/** Every module that ships, by its path. */
const sources = ["app", "components", "lib"]
  .flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => path.join(folder, file)),
  )
  .concat("proxy.ts", "instrumentation.ts")
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && !file.startsWith("lib/testing/"))
  .map((file) => ({ file, text: readFileSync(path.join(ROOT, file), "utf8") }));

/** Modules in which `pattern` occurs. */
const having = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

test("S6: Next is pinned to a version with the fixes of the advisories", () => {
  const lock: { packages: Record<string, { version: string }> } = JSON.parse(
    readFileSync(path.join(ROOT, "package-lock.json"), "utf8"),
  );
  const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(
    readFileSync(path.join(ROOT, "package.json"), "utf8"),
  );
  const isSafe = ([major = 0, minor = 0, patch = 0]: number[]) => major === 16 && minor === 4 && patch >= 6;
  // Exactly one: what the build takes in is what is shipped.
  expect(devDependencies.next).toBe(lock.packages["node_modules/next"]?.version);
  expect(isSafe((devDependencies.next ?? "").split(".").map(Number)), devDependencies.next).toBe(true);
});

test("S18: no module hands text to the browser as markup, or opens a window for a page of others", () => {
  expect(
    having(/dangerouslySetInnerHTML|\.innerHTML\b|insertAdjacentHTML|document\.write\b|\beval\(|new Function\(/),
  ).toEqual([]);
  expect(having(/target="_blank"|window\.open\(/)).toEqual([]);
});

test("S20: no module builds SQL past the places that quote", () => {
  // The declaration of the schema, where every part is a name or a constant of its own.
  expect(having(/\bsql\.raw\(/)).toEqual(["lib/db/cowrie-schema.ts"]);
  // A value belongs into a parameter; between quotes it would be one that somebody may end.
  expect(having(/\.query\([^`)]*`[^`]*'\$\{(?![A-Z_]+\})/)).toEqual([]);
});

test("S27: no module switches the verification of certificates off by itself", () => {
  expect(having(/rejectUnauthorized: false|NODE_TLS_REJECT_UNAUTHORIZED/)).toEqual([]);
});

test("S21, S28: what runs in a browser knows neither settings nor database", () => {
  const inBrowser = sources.filter(
    ({ file, text }) => /^(components|lib\/client)\//.test(file) || /^"use client"/.test(text),
  );
  expect(inBrowser.length).toBeGreaterThan(50);
  const knows = inBrowser.filter(({ text }) =>
    /process\.env\.(?!NODE_ENV)|@\/lib\/(env|db|migration|queries)\b/.test(text),
  );
  expect(knows.map(({ file }) => file)).toEqual([]);
});

test("what runs in a browser takes types of the contract only: a value would bring its whole parser along", () => {
  const takes = having(/import (?!type\b)[^;]*from "@\/lib\/contract"/);
  expect(takes.length).toBeGreaterThan(10);
  expect(takes.filter((file) => /^(components|lib\/client)\//.test(file))).toEqual([]);
});
