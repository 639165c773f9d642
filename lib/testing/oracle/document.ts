import { canonicalAddress } from "@/lib/testing/oracle/address";
import { type Json, tryReadJson } from "@/lib/testing/oracle/json";
import { compareBytes } from "@/lib/testing/oracle/json-text";

export type JsonObject = Extract<Json, { kind: "object" }>;

/** A document after at most one decoding. */
export type Document = { state: "absent" } | { state: "unreadable" } | { state: "object"; root: JsonObject };

/** Removes space, \t, \n, \r, \f and \v at both ends, and nothing else that Unicode calls white. */
export function trim(text: string): string {
  return text.replace(/^[ \t\n\r\f\v]+/, "").replace(/[ \t\n\r\f\v]+$/, "");
}

/** Reads the text of an `enrichment` column, null for SQL NULL. */
export function readDocument(text: string | null): Document {
  if (text === null) return { state: "absent" };
  let value = tryReadJson(text);
  if (value?.kind === "string" && trim(value.value).startsWith("{")) value = tryReadJson(trim(value.value));
  if (value === null) return { state: "unreadable" };
  return value.kind === "object" ? { state: "object", root: value } : { state: "absent" };
}

/** A step of a path: a key of an object, or an element of a list that has exactly `of` elements. */
export type PathStep = string | { element: number; of: number };

/** The value at `path`; undefined where it is missing or runs through something that cannot hold it. */
export function valueAt(from: Json | undefined, path: readonly PathStep[]): Json | undefined {
  let value = from;
  for (const step of path) {
    if (typeof step === "string") value = value?.kind === "object" ? value.entries.get(step) : undefined;
    else value = value?.kind === "list" && value.items.length === step.of ? value.items[step.element] : undefined;
  }
  return value;
}

/** The keys of `session`, as they are. */
export function sessionKeys(root: JsonObject): string[] {
  const session = root.entries.get("session");
  return session?.kind === "object" ? [...session.entries.keys()] : [];
}

/** Where each source path is read, in order: the top level, then the entry of `session` that is about `sourceIp`. */
export function readingRoots(root: JsonObject, sourceIp: string | null): Json[] {
  if (sourceIp === null) return [root];
  const [key] = sessionKeys(root)
    .filter((candidate) => canonicalAddress(trim(candidate)) === sourceIp)
    .sort(compareBytes);
  const entry = key === undefined ? undefined : valueAt(root, ["session", key]);
  return entry === undefined ? [root] : [root, entry];
}
