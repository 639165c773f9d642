import { type JsonObject, type PathStep, readDocument, readingRoots } from "@/lib/testing/oracle/document";
import { type GeneratedValues, generatedValues } from "@/lib/testing/oracle/generated";
import { compareBytes, firstCharacters, jsonbText } from "@/lib/testing/oracle/json-text";
import type { Moment } from "@/lib/testing/oracle/moment";
import { type Reading, readCountry, readName } from "@/lib/testing/oracle/readings";
import { firstValid, type SessionInput, type SessionValues, sourcesAt } from "@/lib/testing/oracle/session";

/** A session together with what was read out of it. */
export interface SweptSession extends SessionInput {
  sessionId: string;
  createdAt: Moment;
  values: SessionValues;
}

export interface IpInventoryRow extends GeneratedValues {
  ipAddress: string;
  currentAsn: number | null;
  firstSeen: Moment;
  lastSeen: Moment;
  sessionCount: number;
  /** jsonb text. */
  enrichment: string;
}

export interface AsnInventoryRow {
  asnNumber: number;
  organizationName: string | null;
  organizationCountry: string | null;
  registry: string | null;
  firstSeen: Moment;
  lastSeen: Moment;
  uniqueIpCount: number;
  totalSessionCount: number;
  /** jsonb text. */
  enrichment: string;
}

/** The rows both inventories must hold after a migration that found them empty, in no order. */
export function aggregateInventories(sessions: SweptSession[]): { ips: IpInventoryRow[]; asns: AsnInventoryRow[] } {
  return {
    ips: [...groupBy(sessions, ({ values }) => values.sourceIp)].map(([address, group]) => ipRow(address, group)),
    asns: [...groupBy(sessions, ({ values }) => values.snapshotAsn)].map(([asn, group]) => asnRow(asn, group)),
  };
}

function groupBy<K>(sessions: SweptSession[], keyOf: (session: SweptSession) => K | null): Map<K, SweptSession[]> {
  const groups = new Map<K, SweptSession[]>();
  for (const session of sessions) {
    const key = keyOf(session);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [session]);
    else group.push(session);
  }
  for (const group of groups.values()) group.sort(latestFirst);
  return groups;
}

function latestFirst(a: SweptSession, b: SweptSession): number {
  const [timeOfA, timeOfB] = [lastOf(a), lastOf(b)];
  if (timeOfA !== timeOfB) return timeOfA > timeOfB ? -1 : 1;
  return compareBytes(b.sessionId, a.sessionId);
}

const firstOf = (session: SweptSession): Moment => session.firstEventAt ?? session.lastEventAt ?? session.createdAt;
const lastOf = (session: SweptSession): Moment => session.lastEventAt ?? session.firstEventAt ?? session.createdAt;

function seen(group: SweptSession[]): { firstSeen: Moment; lastSeen: Moment } {
  const ascending = (a: Moment, b: Moment) => (a < b ? -1 : Number(a > b));
  const [firstSeen] = group.map(firstOf).sort(ascending);
  const lastSeen = group.map(lastOf).sort(ascending).at(-1);
  if (firstSeen === undefined || lastSeen === undefined) throw new RangeError("A group has at least one session.");
  return { firstSeen, lastSeen };
}

/** The document of a session if it is a readable object with at least one key. */
function documentOf(session: SweptSession): JsonObject | null {
  const document = readDocument(session.document);
  return document.state === "object" && document.root.entries.size > 0 ? document.root : null;
}

function ipRow(ipAddress: string, group: SweptSession[]): IpInventoryRow {
  const root = firstOrNull(group, documentOf);
  return {
    ipAddress,
    currentAsn: firstOrNull(group, ({ values }) => values.snapshotAsn),
    ...seen(group),
    sessionCount: group.length,
    enrichment: root === null ? "{}" : jsonbText(root),
    ...generatedValues(root === null ? { state: "absent" } : { state: "object", root }, ipAddress),
  };
}

function firstOrNull<T, R>(items: T[], read: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = read(item);
    if (found !== null) return found;
  }
  return null;
}

const ORGANIZATION_PATHS: PathStep[][] = [
  ["cymru", "asn_org"],
  ["maxmind", "asn_org"],
  ["dshield", "ip", "asname"],
];

function asnRow(asnNumber: number, group: SweptSession[]): AsnInventoryRow {
  const latest = group[0];
  const root = latest === undefined ? null : documentOf(latest);
  const roots = latest === undefined || root === null ? [] : readingRoots(root, latest.values.sourceIp);
  const name = firstValid(sourcesAt(roots, ORGANIZATION_PATHS, readName)).value;
  return {
    asnNumber,
    organizationName: name === null ? null : firstCharacters(name, 256),
    organizationCountry: firstValid(sourcesAt(roots, [["cymru", "country"]], readCountry)).value,
    registry: firstValid(sourcesAt(roots, [["cymru", "registry"]], readRegistry)).value,
    ...seen(group),
    uniqueIpCount: new Set(group.flatMap(({ values }) => values.sourceIp ?? [])).size,
    totalSessionCount: group.length,
    enrichment: root === null ? "{}" : jsonbText(root),
  };
}

function readRegistry(value: Parameters<typeof readName>[0]): Reading<string> {
  const reading = readName(value);
  return reading.state === "valid" && Array.from(reading.value).length > 10 ? { state: "absent" } : reading;
}
