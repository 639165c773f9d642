import { expect, test } from "vitest";
import { isOfGroup, toColumnName, toListAddress } from "@/components/set-aside/set-aside";

test("names the column that exists: a document that cannot be read stands in enrichment", () => {
  expect(["document", "snapshot_asn", "enrichment"].map(toColumnName)).toEqual([
    "enrichment",
    "snapshot_asn",
    "enrichment",
  ]);
});

test("a narrowing keeps the field as it is stored", () => {
  const group = { table: "session_summaries", field: "document", reason: "document-unreadable" };
  expect(toListAddress(group)).toBe("/set-aside?table=session_summaries&field=document&reason=document-unreadable");
  expect(isOfGroup({ field: "document" }, { ...group, count: 1, meaning: "", remedy: "" })).toBe(true);
  expect(isOfGroup({ field: "enrichment" }, { ...group, count: 1, meaning: "", remedy: "" })).toBe(false);
});
