import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { installationFolders } from "@/lib/db/installation";
import { RefusalError } from "@/lib/refusal";

/** Who announces an address, and where it is registered. */
export interface AddressOwner {
  /** Null: in no announced range. */
  asn: number | null;
  organization: string | null;
  /** Two upper-case letters, or null. */
  country: string | null;
}

/** Ranges of IPv4 addresses that one autonomous system announces, as 32-bit numbers, both ends included. */
export type Ranges = [first: number, last: number][];

/** Address, autonomous system and country offline, out of data that is read at generation time only. */
export interface AddressTable {
  /** IPv4 in dotted form; everything else has no owner. */
  lookUp(address: string): AddressOwner;
  rangesByAsn: ReadonlyMap<number, Ranges>;
  organizationOf(asn: number): string | null;
}

/** Files of npm packages; an installed Tidemark has them compressed in a folder of its own. */
export const DEMO_DATA = {
  asn: "@ip-location-db/asn/asn-ipv4-num.csv",
  country: "@ip-location-db/geo-whois-asn-country/geo-whois-asn-country-ipv4-num.csv",
};

/** One ASN of the data, 4294967294, does not fit the schema's integer. */
const MAX_ASN = 2 ** 31 - 1;

/**
 * Reads the table, about 750,000 ranges in about a second.
 *
 * @throws {RefusalError} `usage` when the data packages are not installed.
 */
export function readAddressTable(): AddressTable {
  const systems = readRanges(DEMO_DATA.asn);
  const countries = readRanges(DEMO_DATA.country);
  const organizations = new Map<number, string>();
  const rangesByAsn = new Map<number, Ranges>();
  for (const [index, value] of systems.values.entries()) {
    const cut = value.indexOf(",");
    const asn = Number(value.slice(0, cut));
    if (asn > MAX_ASN) continue;
    organizations.set(asn, unquote(value.slice(cut + 1)));
    const ranges = rangesByAsn.get(asn) ?? [];
    ranges.push([systems.first[index] ?? 0, systems.last[index] ?? 0]);
    rangesByAsn.set(asn, ranges);
  }

  function lookUp(address: string): AddressOwner {
    const number = toNumber(address);
    const system = number === null ? null : find(systems, number);
    const asn = system === null ? null : Number.parseInt(system, 10);
    return {
      asn: asn !== null && asn <= MAX_ASN ? asn : null,
      organization: asn === null ? null : (organizations.get(asn) ?? null),
      country: number === null ? null : find(countries, number),
    };
  }

  return { lookUp, rangesByAsn, organizationOf: (asn) => organizations.get(asn) ?? null };
}

interface RangeFile {
  first: Uint32Array;
  last: Uint32Array;
  /** The rest of each line. */
  values: string[];
}

function readRanges(file: string): RangeFile {
  const lines = readData(file).trimEnd().split("\n");
  const [first, last] = [new Uint32Array(lines.length), new Uint32Array(lines.length)];
  const values = lines.map((line, index) => {
    const cut = line.indexOf(",");
    const next = line.indexOf(",", cut + 1);
    first[index] = Number(line.slice(0, cut));
    last[index] = Number(line.slice(cut + 1, next));
    return line.slice(next + 1).trimEnd();
  });
  return { first, last, values };
}

function readData(file: string): string {
  const packed = path.join(installationFolders(import.meta.url)[0] ?? "", "demo-data", `${path.basename(file)}.gz`);
  if (existsSync(packed)) return gunzipSync(readFileSync(packed)).toString("utf8");
  try {
    return readFileSync(createRequire(import.meta.url).resolve(file), "utf8");
  } catch (cause) {
    throw new RefusalError(
      "usage",
      `Demo data needs ${file.split("/").slice(0, 2).join("/")}, which is not installed.`,
      "It is a development dependency: run npm ci in a checkout, without --omit=dev.",
      { cause },
    );
  }
}

/** The last range that starts at or before `number`, if it reaches that far; the country data has overlaps. */
function find(ranges: RangeFile, number: number): string | null {
  let [low, high] = [0, ranges.first.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges.first[middle] ?? 0) <= number) low = middle + 1;
    else high = middle;
  }
  return low > 0 && (ranges.last[low - 1] ?? 0) >= number ? (ranges.values[low - 1] ?? null) : null;
}

function unquote(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

function toNumber(address: string): number | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return null;
  return address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}

/** Dotted form of a 32-bit number. */
export function toDotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}
