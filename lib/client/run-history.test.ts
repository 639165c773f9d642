import { expect, test } from "vitest";
import { toHistoryAddress } from "@/lib/client/run-history";

test("the address of a page of runs says what it is narrowed to and from where on", () => {
  expect(toHistoryAddress({})).toBe("/runs");
  expect(toHistoryAddress({ kind: "catch-up", outcome: "under-way", before: 7 }, "/api/runs/history")).toBe(
    "/api/runs/history?kind=catch-up&outcome=under-way&before=7",
  );
});
