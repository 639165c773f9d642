import { type Document, type PathStep, readDocument, readingRoots } from "@/lib/testing/oracle/document";
import type { Json } from "@/lib/testing/oracle/json";
import { readFlag } from "@/lib/testing/oracle/readings";
import { countrySources, firstValid, ipTypeSources, sourcesAt } from "@/lib/testing/oracle/session";

/** What the generated columns of an `ip_inventory` row must hold. */
export interface GeneratedValues {
  geoCountry: string;
  ipTypes: string[];
  isScanner: boolean;
  isBogon: boolean;
}

/** Reads the generated columns out of the text of a row's `enrichment` and its address. */
export function readGenerated(enrichment: string, ipAddress: string): GeneratedValues {
  return generatedValues(readDocument(enrichment), ipAddress);
}

/** `readGenerated` for a document that is read already. */
export function generatedValues(document: Document, ipAddress: string): GeneratedValues {
  const roots = document.state === "object" ? readingRoots(document.root, ipAddress) : [];
  return {
    geoCountry: firstValid(countrySources(roots)).value ?? "XX",
    ipTypes: firstValid(ipTypeSources(roots)).value ?? [],
    isScanner: flagAt(roots, ["greynoise", "noise"]),
    isBogon: flagAt(roots, ["validation", "is_bogon"]),
  };
}

function flagAt(roots: Json[], path: PathStep[]): boolean {
  return firstValid(sourcesAt(roots, [path], readFlag)).value ?? false;
}
