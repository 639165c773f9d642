import { expect, test } from "vitest";
import { toLossText, whyNotCancel } from "@/lib/client/run-blockers";

test("only a statement under way can be cancelled", () => {
  expect(whyNotCancel({ state: "active" })).toBeNull();
  expect(whyNotCancel({ state: "idle in transaction" })).toContain("idle in transaction: no statement");
});

test("says what terminating costs: the open transaction, where there is one", () => {
  const since = "2026-01-01T02:45:31.000Z";
  expect(toLossText({ state: "idle in transaction", since })).toContain(
    "its transaction, open since 02:45:31 UTC, rolls",
  );
  expect(toLossText({ state: "active", since: null })).toContain("its transaction rolls back");
  expect(toLossText({ state: "idle", since })).toBe("The connection ends. No transaction is open in it.");
});
