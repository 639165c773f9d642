import { canonicalAddress } from "@/lib/testing/oracle/address";
import {
  type Document,
  type PathStep,
  readDocument,
  readingRoots,
  sessionKeys,
  trim,
  valueAt,
} from "@/lib/testing/oracle/document";
import { type Json, tryReadJson } from "@/lib/testing/oracle/json";
import { asText, compareBytes, setAsideText } from "@/lib/testing/oracle/json-text";
import type { Moment } from "@/lib/testing/oracle/moment";
import {
  type Reading,
  readAddress,
  readAsn,
  readClassification,
  readCountry,
  readEnrichedAt,
  readIpTypes,
} from "@/lib/testing/oracle/readings";

export interface RawEvent {
  id: number;
  eventTimestamp: Moment | null;
  /** The text of a json column. */
  payload: string;
}

/** All that a sweep may know about one session. */
export interface SessionInput {
  /** The text of the `enrichment` column, null for SQL NULL. */
  document: string | null;
  createdAt: Moment | null;
  lastEventAt: Moment | null;
  firstEventAt: Moment | null;
  rawEvents: RawEvent[];
  /** The singular `snapshot_ip_type` that an earlier migration left. */
  legacyIpType?: string | null;
  /** The value already in the `source_ip` column. */
  existingSourceIp?: string | null;
}

export interface SessionValues {
  sourceIp: string | null;
  snapshotAsn: number | null;
  snapshotCountry: string | null;
  /** Null only where the document is unreadable. */
  snapshotIpTypes: string[] | null;
  /** `now`: nothing else gives a time. */
  enrichmentAt: Moment | "now";
}

export interface SetAsideValue {
  field: string;
  reason: string;
  /** Null for a whole document. */
  value: string | null;
}

export interface SessionReading {
  values: SessionValues;
  setAside: SetAsideValue[];
}

/** A reading together with what was read, which is reported if it is the first invalid one. */
export interface Source<T> {
  reading: Reading<T>;
  value: Json | undefined;
}

const ASN_PATHS: PathStep[][] = [
  ["cymru", "asn"],
  ["maxmind", "asn"],
  ["dshield", "ip", "as"],
  ["dshield", "ip", "asn"],
  ["dshield", "ip", "asnumber"],
  ["spur", "asn", "number"],
];
const COUNTRY_PATHS: PathStep[][] = [
  ["maxmind", "country"],
  ["cymru", "country"],
  ["dshield", "ip", "ascountry"],
];
const CLIENT_TYPES_PATH: PathStep[] = ["spur", "client", "types"];
const CLIENT_TYPES_ELEMENT: PathStep[] = ["spur", { element: 9, of: 18 }];
const CLASSIFICATION_PATH: PathStep[] = ["ip_classification", "ip_type"];

/** Reads one session by the enrichment rules, without any SQL. */
export function readSession(input: SessionInput): SessionReading {
  const document = readDocument(input.document);
  const setAside: SetAsideValue[] = [];
  if (document.state === "unreadable") setAside.push({ field: "document", reason: "document-unreadable", value: null });

  const choose = <T>(field: string, sources: Source<T>[]): T | null => {
    const { value, invalid } = firstValid(sources);
    if (value === null && invalid !== null) setAside.push(toSetAside(field, invalid));
    return value;
  };

  const sourceIp = input.existingSourceIp ?? choose("source_ip", addressSources(document, input.rawEvents));
  const roots = document.state === "object" ? readingRoots(document.root, sourceIp) : [];
  const snapshotAsn = choose("snapshot_asn", asnSources(roots));
  const snapshotCountry = choose("snapshot_country", countrySources(roots));
  const legacy: Json = input.legacyIpType == null ? { kind: "null" } : { kind: "string", value: input.legacyIpType };
  const ipTypes =
    document.state === "unreadable"
      ? null
      : (choose("snapshot_ip_types", [{ reading: readIpTypes(legacy), value: legacy }, ...ipTypeSources(roots)]) ?? []);

  const enrichedAtValue = document.state === "object" ? document.root.entries.get("enriched_at") : undefined;
  const enrichedAt = choose("enrichment_at", [{ reading: readEnrichedAt(enrichedAtValue), value: enrichedAtValue }]);
  return {
    values: {
      sourceIp,
      snapshotAsn,
      snapshotCountry,
      snapshotIpTypes: ipTypes,
      enrichmentAt: enrichedAt ?? input.createdAt ?? input.lastEventAt ?? input.firstEventAt ?? "now",
    },
    setAside,
  };
}

/** The first valid reading, and the first invalid one. */
export function firstValid<T>(sources: Source<T>[]): { value: T | null; invalid: Source<T> | null } {
  const found = sources.find(({ reading }) => reading.state === "valid")?.reading;
  return {
    value: found?.state === "valid" ? found.value : null,
    invalid: sources.find(({ reading }) => reading.state === "invalid") ?? null,
  };
}

/** Each path is read from every root before the next path. */
export function sourcesAt<T>(
  roots: Json[],
  paths: PathStep[][],
  read: (value: Json | undefined) => Reading<T>,
): Source<T>[] {
  return paths.flatMap((path) =>
    roots.map((root) => {
      const value = valueAt(root, path);
      return { reading: read(value), value };
    }),
  );
}

const asnSources = (roots: Json[]): Source<number>[] => sourcesAt(roots, ASN_PATHS, readAsn);

export const countrySources = (roots: Json[]): Source<string>[] => sourcesAt(roots, COUNTRY_PATHS, readCountry);

/** The ip types rule without its first source, the singular column. */
export const ipTypeSources = (roots: Json[]): Source<string[]>[] => [
  ...sourcesAt(roots, [CLIENT_TYPES_PATH, CLIENT_TYPES_ELEMENT], readIpTypes),
  ...sourcesAt(roots, [CLASSIFICATION_PATH], readClassification),
];

function toSetAside(field: string, source: Source<unknown>): SetAsideValue {
  const reason = source.reading.state === "invalid" ? source.reading.reason : "";
  const text = source.value === undefined ? null : asText(source.value);
  return { field, reason, value: text === null ? null : setAsideText(text) };
}

function addressSources(document: Document, rawEvents: RawEvent[]): Source<string>[] {
  const rawEvent = rawEventSource(rawEvents);
  if (document.state !== "object") return [rawEvent];
  const { root } = document;
  return [
    ...sourcesAt(
      [root],
      [
        ["dshield", "ip", "number"],
        ["session_metadata", "source_ip"],
      ],
      readAddress,
    ),
    sessionKeySource(sessionKeys(root), rawEvent.reading),
    rawEvent,
  ];
}

function sessionKeySource(keys: string[], rawEvent: Reading<string>): Source<string> {
  const addresses = keys.flatMap((key) => canonicalAddress(trim(key)) ?? []).sort(compareBytes);
  const [smallest] = addresses;
  if (smallest !== undefined) {
    const named = rawEvent.state === "valid" && addresses.includes(rawEvent.value) ? rawEvent.value : smallest;
    return { reading: { state: "valid", value: named }, value: undefined };
  }
  const [unreadable] = keys.filter((key) => trim(key) !== "").sort(compareBytes);
  if (unreadable === undefined) return { reading: { state: "absent" }, value: undefined };
  return { reading: { state: "invalid", reason: "ip-unreadable" }, value: { kind: "string", value: unreadable } };
}

/** The session's first raw event: any valid src_ip goes before every peer_ip. */
function rawEventSource(rawEvents: RawEvent[]): Source<string> {
  const payloads = [...rawEvents].sort(compareEvents).map(({ payload }) => tryReadJson(payload) ?? undefined);
  const sources = [["src_ip"], ["peer_ip"]].flatMap((path) =>
    payloads.map((payload): Source<string> => {
      const value = valueAt(payload, path);
      return { reading: readAddress(value), value };
    }),
  );
  return (
    sources.find(({ reading }) => reading.state === "valid") ??
    sources.find(({ reading }) => reading.state === "invalid") ?? { reading: { state: "absent" }, value: undefined }
  );
}

function compareEvents(a: RawEvent, b: RawEvent): number {
  if (a.eventTimestamp !== b.eventTimestamp) {
    if (a.eventTimestamp === null) return 1;
    if (b.eventTimestamp === null) return -1;
    return a.eventTimestamp < b.eventTimestamp ? -1 : 1;
  }
  return a.id - b.id;
}
