import { expect, test } from "vitest";
import { whyNotMay } from "@/lib/client/own-role";
import { includesRole, ROLES } from "@/lib/contract";

test("S2: whoever is shown why not is whoever would be refused", () => {
  for (const held of ROLES) {
    for (const needed of ROLES) expect(whyNotMay(held, needed) === null).toBe(includesRole(held, needed));
  }
  expect(whyNotMay("viewer", "operator")).toBe("Your role, viewer, does not include this: it takes an operator.");
});
