import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { FINDING_GUIDE } from "@/lib/client/finding-guide";
import { FINDING_KINDS } from "@/lib/contract";

const page = readFileSync(path.resolve(import.meta.dirname, "../../docs/findings.md"), "utf8");

test("every kind of finding has an entry, in the order of the contract, in docs/findings.md too", () => {
  expect(Object.keys(FINDING_GUIDE)).toEqual([...FINDING_KINDS]);
  expect([...page.matchAll(/^## (.+)$/gm)].map(([, kind]) => kind)).toEqual([...FINDING_KINDS]);
});

test.each(FINDING_KINDS)("docs/findings.md says of %s what the Help page says", (kind) => {
  const section = page.split(/^## /m).find((one) => one.startsWith(`${kind}\n`)) ?? "";
  const { means, comes, remedy } = FINDING_GUIDE[kind];
  expect(section.trim()).toBe(`${kind}\n\n${means}\n\n- **How it comes about.** ${comes}\n- **What to do.** ${remedy}`);
});
