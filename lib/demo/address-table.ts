import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { installationFolders } from "@/lib/db/installation";
import { parseRanges } from "@/lib/demo/range-file";
import { RefusalError } from "@/lib/refusal";

/** Who announces an address, and where it is registered. */
export interface AddressOwner {
  /** Null: in no announced range. */
  asn: number | null;
  organization: string | null;
  /** Two upper-case letters, or null. */
  country: string | null;
}

/** Address, autonomous system and country offline, out of data that is read at generation time only. */
export interface AddressTable {
  /** IPv4 in dotted form; everything else has no owner. */
  lookUp(address: string): AddressOwner;
  /** Numbers of the ranges that each autonomous system announces. */
  rangesByAsn: ReadonlyMap<number, readonly number[]>;
  /** The ends of a range, both in it, as 32-bit numbers. */
  rangeOf(range: number): { first: number; last: number };
  organizationOf(asn: number): string | null;
}

/** Files of npm packages; an installed Tidemark has them compressed in a folder of its own. */
export const DEMO_DATA = {
  asn: "@ip-location-db/asn/asn-ipv4-num.csv",
  country: "@ip-location-db/geo-whois-asn-country/geo-whois-asn-country-ipv4-num.csv",
};

/** One ASN of the data, 4294967294, does not fit the schema's integer. */
const MAX_ASN = 2 ** 31 - 1;

let shared: AddressTable | null = null;

/**
 * Reads the table, about 750,000 ranges in about a tenth of a second; once a process.
 *
 * @throws {RefusalError} `usage` when the data packages are not installed.
 */
export function readAddressTable(): AddressTable {
  shared ??= buildTable();
  return shared;
}

function buildTable(): AddressTable {
  const systems = parseRanges(readData(DEMO_DATA.asn));
  const countries = parseRanges(readData(DEMO_DATA.country));
  const rangesByAsn = new Map<number, number[]>();
  for (let range = 0; range < systems.first.length; range += 1) {
    const asn = systems.numberAt(range);
    const ranges = rangesByAsn.get(asn);
    if (ranges !== undefined) ranges.push(range);
    else if (asn <= MAX_ASN) rangesByAsn.set(asn, [range]);
  }

  function organizationOf(asn: number): string | null {
    const range = rangesByAsn.get(asn)?.at(-1);
    if (range === undefined) return null;
    const value = systems.valueAt(range);
    return unquote(value.slice(value.indexOf(",") + 1));
  }

  function lookUp(address: string): AddressOwner {
    const number = toNumber(address);
    const range = number === null ? -1 : systems.find(number);
    const announced = range < 0 ? null : systems.numberAt(range);
    const asn = announced !== null && announced <= MAX_ASN ? announced : null;
    const country = number === null ? -1 : countries.find(number);
    return {
      asn,
      organization: asn === null ? null : organizationOf(asn),
      country: country < 0 ? null : countries.valueAt(country),
    };
  }

  const rangeOf = (range: number) => ({ first: systems.first[range] ?? 0, last: systems.last[range] ?? 0 });
  return { lookUp, rangesByAsn, rangeOf, organizationOf };
}

function readData(file: string): Buffer {
  const packed = path.join(installationFolders(import.meta.url)[0] ?? "", "demo-data", `${path.basename(file)}.gz`);
  if (existsSync(packed)) return gunzipSync(readFileSync(packed));
  try {
    return readFileSync(createRequire(import.meta.url).resolve(file));
  } catch (cause) {
    throw new RefusalError(
      "usage",
      `Demo data needs ${file.split("/").slice(0, 2).join("/")}, which is not installed.`,
      "It is a development dependency: run npm ci in a checkout, without --omit=dev.",
      { cause },
    );
  }
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
