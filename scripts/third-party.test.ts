import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { readThirdParties } from "@/scripts/third-party";
import { toThirdPartyPage } from "@/scripts/third-party-page";

/** Of what is shipped: those that ask for no more than to be named. */
const ACCEPTED = [
  ...["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC-BY-4.0", "CC0-1.0", "ISC", "MIT"],
  "MIT AND ISC AND BSD-3-Clause",
  "SEE LICENSE IN ROUTEVIEWS-LICENSE and DBIP-LICENSE (CC-BY-4.0)",
];

test("THIRD-PARTY.md is what `npm run licences` writes now", () => {
  const file = path.resolve(import.meta.dirname, "../THIRD-PARTY.md");
  expect(readFileSync(file, "utf8") === toThirdPartyPage(), "Run npm run licences, and commit THIRD-PARTY.md.").toBe(
    true,
  );
});

test("everything that is shipped may be shipped under its licence", () => {
  const { shipped, others } = readThirdParties();
  expect(shipped.filter(({ licence }) => !ACCEPTED.includes(licence))).toEqual([]);
  const names = shipped.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["next", "react", "pg", "zod", "@ip-location-db/asn", "tailwindcss"]));
  expect(others.map(({ name }) => name)).toEqual(expect.arrayContaining(["typescript", "vitest"]));
});
