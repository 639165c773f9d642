import { quoteIdentifier } from "@/lib/db/identifier";
import { BLANKS } from "@/lib/enrichment/rules";
import { sweepCall as call } from "@/lib/enrichment/sweep-functions";
import { type ColumnPair, isRetyped } from "@/lib/inspection/repairs";

/** How the values of a live column become those of the declared one; SQL over the row. Never raises. */
export interface Conversion {
  /** The value in the declared type; NULL where it cannot be held. */
  value: string;
  /** Condition: a value is there that the declared type cannot hold. */
  isRefused: string;
  /** Condition: held, but not as it was; null where that cannot be. */
  isNormalised: string | null;
  /** Why a value is refused. */
  reason: string;
  /** The value from before, for people; null for a document. */
  spelling: string;
}

/** Set aside although it could be kept: trimmed, in upper case, or without its NUL escapes. Stored: never rename. */
export const NORMALISED = "normalised";

/** A NUL escape that is one: an odd number of backslashes stands before the `u`. */
const NUL_ESCAPE = String.raw`'(?<!\\)((?:\\\\)*)\\u0000'`;

/**
 * The conversion between the two types of `pair`, or null where every value is held as it is.
 *
 * @param column SQL of the live value, by default the column itself.
 */
export function conversionOf(pair: ColumnPair, column = quoteIdentifier(pair.live.name)): Conversion | null {
  if (!isRetyped(pair) || isHeld(pair)) return null;
  const { name, type } = pair.declared;
  const item = `pg_catalog.to_jsonb(${column})`;
  if (/asn(_number)?$/.test(name)) {
    return readAs("asn", item, column, `coalesce(${call("asn_reason", item)}, 'asn-out-of-range')`);
  }
  if (name.endsWith("_country")) return toCountry(column);
  switch (type) {
    case "integer":
      return toInteger(pair.live.type, column);
    case "boolean":
      return readAs("flag", item, column, "'flag-unreadable'");
    case "timestamp with time zone":
      return toInstant(pair.live.type, column);
    case "jsonb":
      return toDocument(column);
    case "text[]":
      return toTypeList(pair.live.type, column);
    case "text":
      return held(`${column}::text`, column);
    default:
      return toLimitedText(pair, column);
  }
}

/** A country code as the checks want it, out of whatever spelling: NULL where it is none. */
export const countryOf = (column: string): string => {
  const upper = `pg_catalog.upper(pg_catalog.btrim(${column}::text, ${BLANKS}) collate "C")`;
  return `case when ${upper} ~ '^[A-Z]{2}$' then ${upper} end`;
};

/** PostgreSQL's own cast takes every value. */
function isHeld({ declared, live }: ColumnPair): boolean {
  const lengthOf = (type: string) => Number(/^character varying\((\d+)\)$/.exec(type)?.[1] ?? Number.NaN);
  if (lengthOf(live.type) <= lengthOf(declared.type)) return true;
  if (declared.type === "text" && /^character varying/.test(live.type)) return true;
  if (declared.type === "integer" && live.type === "smallint") return true;
  return declared.type === "timestamp with time zone" && /^timestamp.* with time zone$/.test(live.type);
}

function held(value: string, column: string): Conversion {
  return { value, isRefused: "false", isNormalised: null, reason: "null", spelling: `${column}::text` };
}

function judged(value: string, column: string, reason: string): Conversion {
  return {
    value,
    isRefused: `${column} is not null and (${value}) is null`,
    isNormalised: null,
    reason,
    spelling: `${column}::text`,
  };
}

const readAs = (kind: string, item: string, column: string, reason: string): Conversion =>
  judged(call(kind, item), column, reason);

function toCountry(column: string): Conversion {
  const value = countryOf(column);
  return {
    ...judged(value, column, "'country-unreadable'"),
    isNormalised: `(${value}) <> ${column}::text collate "C"`,
  };
}

function toInteger(live: string, column: string): Conversion {
  const reason = "'number-unreadable'";
  if (/^(bigint|numeric|real|double precision)/.test(live)) {
    const isInRange = `${column} between -2147483648 and 2147483647`;
    return judged(`case when ${isInRange} then ${column}::integer end`, column, reason);
  }
  const text = `pg_catalog.btrim(${column}::text, ${BLANKS})`;
  return judged(`case when ${text} ~ '^[+-]?[0-9]{1,9}$' then ${text}::integer end`, column, reason);
}

function toInstant(live: string, column: string): Conversion {
  if (/^timestamp/.test(live)) return held(`pg_catalog.timezone('UTC', ${column})`, column);
  if (live === "date") return held(`pg_catalog.timezone('UTC', ${column}::timestamp without time zone)`, column);
  return readAs("instant", `pg_catalog.to_jsonb(${column}::text)`, column, "'time-unreadable'");
}

function toDocument(column: string): Conversion {
  const parsed = call("parse", `${column}::text`);
  const mended = call("parse", String.raw`pg_catalog.regexp_replace(${column}::text, ${NUL_ESCAPE}, '\1\\ufffd', 'g')`);
  const value = `coalesce(${parsed}, ${mended})`;
  return {
    ...judged(value, column, "'document-unreadable'"),
    isNormalised: `(${parsed}) is null and (${mended}) is not null`,
    spelling: "null",
  };
}

/** A list of types as an array, as JSON, as the text of an array, or as one word. */
function toTypeList(live: string, column: string): Conversion {
  const text = `${column}::text`;
  const words = `pg_catalog.to_jsonb(pg_catalog.string_to_array(pg_catalog.btrim(${text}, '{}'), ','))`;
  const item = live.endsWith("[]")
    ? `pg_catalog.to_jsonb(${column})`
    : String.raw`case when ${text} ~ '^\{[^{}"\\:]*\}$' then ${words} else coalesce(${call("parse", text)}, pg_catalog.to_jsonb(${text})) end`;
  return {
    ...readAs("type_list", item, column, "'ip-types-unreadable'"),
    // An empty list says nothing: no value is lost.
    isRefused: `${call("type_list_reason", item)} is not null`,
  };
}

function toLimitedText({ declared, live }: ColumnPair, column: string): Conversion {
  if (/^(inet|cidr)$/.test(live.type)) return held(`pg_catalog.host(${column})`, column);
  const limit = Number(/\((\d+)\)/.exec(declared.type)?.[1]);
  const text = `${column}::text`;
  const trimmed = `pg_catalog.btrim(${text}, ${BLANKS})`;
  const value = `case
    when pg_catalog.length(${text}) <= ${limit} then ${text}
    when pg_catalog.length(${trimmed}) <= ${limit} then ${trimmed}
  end`;
  return {
    ...judged(value, column, declared.name.includes("ip") ? "'ip-unreadable'" : "'text-too-long'"),
    isNormalised: `pg_catalog.length(${text}) > ${limit} and pg_catalog.length(${trimmed}) <= ${limit}`,
  };
}
