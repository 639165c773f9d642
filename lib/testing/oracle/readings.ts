import { canonicalAddress } from "@/lib/testing/oracle/address";
import { trim } from "@/lib/testing/oracle/document";
import type { Json } from "@/lib/testing/oracle/json";
import { integralValue } from "@/lib/testing/oracle/json-text";
import { type Moment, readMoment } from "@/lib/testing/oracle/moment";

/** What one source says about one value. */
export type Reading<T> = { state: "absent" } | { state: "valid"; value: T } | { state: "invalid"; reason: string };

const ABSENT = { state: "absent" } as const;
const valid = <T>(value: T): Reading<T> => ({ state: "valid", value });
const invalid = (reason: string): Reading<never> => ({ state: "invalid", reason });

/** The trimmed text of a string; null for missing, JSON null and "", which are absent whatever the value. */
function present(value: Json | undefined): Json | null {
  if (value === undefined || value.kind === "null") return null;
  if (value.kind !== "string") return value;
  const text = trim(value.value);
  return text === "" ? null : { kind: "string", value: text };
}

export function readAddress(value: Json | undefined): Reading<string> {
  const given = present(value);
  if (given === null) return ABSENT;
  const address = given.kind === "string" ? canonicalAddress(given.value) : null;
  return address === null ? invalid("ip-unreadable") : valid(address);
}

export function readAsn(value: Json | undefined): Reading<number> {
  const given = present(value);
  if (given === null) return ABSENT;
  let asn: bigint | null = null;
  if (given.kind === "number") {
    asn = integralValue(given.text);
    if (asn === 0n || asn === -1n) return ABSENT;
  } else if (given.kind === "string") {
    if (/^(?:-1|[Nn][Aa]|[Nn][Oo][Tt] [Rr][Oo][Uu][Tt][Ee][Dd])$/.test(given.value)) return ABSENT;
    const digits = /^(?:[Aa][Ss])?([0-9]+)$/.exec(given.value)?.[1];
    asn = digits === undefined ? null : BigInt(digits);
    if (asn === 0n) return ABSENT;
  }
  if (asn === null) return invalid("asn-unreadable");
  return asn >= 1n && asn <= 2_147_483_647n ? valid(Number(asn)) : invalid("asn-out-of-range");
}

export function readCountry(value: Json | undefined): Reading<string> {
  const given = present(value);
  if (given === null) return ABSENT;
  if (given.kind !== "string" || !/^[A-Za-z]{2}$/.test(given.value)) return invalid("country-unreadable");
  const country = given.value.toUpperCase();
  return country === "XX" ? ABSENT : valid(country);
}

export function readIpTypes(value: Json | undefined): Reading<string[]> {
  const given = present(value);
  if (given === null) return ABSENT;
  if (given.kind === "string") return valid([given.value]);
  if (given.kind !== "list") return invalid("ip-types-unreadable");
  const elements = given.items.map(present).filter((element) => element !== null);
  if (elements.length === 0) return ABSENT;
  const texts = elements.flatMap((element) => (element.kind === "string" ? [element.value] : []));
  return texts.length === 0 ? invalid("ip-types-unreadable") : valid([...new Set(texts)]);
}

/** The ip types rule, to which a classification of `unknown` says nothing. */
export function readClassification(value: Json | undefined): Reading<string[]> {
  const given = present(value);
  if (given?.kind === "string" && /^[Uu][Nn][Kk][Nn][Oo][Ww][Nn]$/.test(given.value)) return ABSENT;
  return readIpTypes(value);
}

export function readEnrichedAt(value: Json | undefined): Reading<Moment> {
  const given = present(value);
  if (given === null) return ABSENT;
  const moment = given.kind === "string" ? readMoment(given.value) : null;
  return moment === null ? invalid("enriched-at-unreadable") : valid(moment);
}

export function readFlag(value: Json | undefined): Reading<boolean> {
  const given = present(value);
  if (given === null) return ABSENT;
  if (given.kind === "boolean") return valid(given.value);
  if (given.kind === "number") {
    const number = integralValue(given.text);
    return number === 1n ? valid(true) : number === 0n ? valid(false) : invalid("flag-unreadable");
  }
  // Lower-casing must not turn a non-ASCII letter into an ASCII one, as it does with the Kelvin sign.
  const word = given.kind === "string" ? given.value.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : "";
  if (["true", "t", "1", "yes", "on"].includes(word)) return valid(true);
  if (["false", "f", "0", "no", "off"].includes(word)) return valid(false);
  return invalid("flag-unreadable");
}

/** A trimmed text that is not empty; anything else says nothing. */
export function readName(value: Json | undefined): Reading<string> {
  const given = present(value);
  return given?.kind === "string" ? valid(given.value) : ABSENT;
}
