/**
 * THE table of rules by which provider documents are read: what counts as a value, where it may stand, in which order.
 *
 * Data and small SQL fragments only. `reading-functions.ts` turns the kinds into SQL functions, everything else is
 * composed from the sources; nothing outside this module knows a provider's name or a reason's condition.
 */

/** Why a value was set aside. Stored: never rename. */
export type SetAsideReason =
  | "ip-unreadable"
  | "asn-out-of-range"
  | "asn-unreadable"
  | "country-unreadable"
  | "ip-types-unreadable"
  | "enriched-at-unreadable"
  | "document-unreadable";

export type KindName =
  | "address"
  | "asn"
  | "country"
  | "type_list"
  | "ip_class"
  | "instant"
  | "flag"
  | "organization"
  | "registry";

/** Writes the call of a reading function in the schema at hand. */
export type Call = (name: string, ...parameters: string[]) => string;

/** How one kind of value is judged. Every fragment is SQL over `item`, one JSON value, and never raises. */
export interface Kind {
  returns: string;
  /** The value in stored form, NULL unless `item` is valid. */
  value: (call: Call) => string;
  /** Spellings of "nothing", beyond the missing, JSON null and "" that every kind shares. */
  absent?: (call: Call) => string;
  /** Of these, the JSON value that most documents without a value have: recognized at sight. */
  usuallyAbsent?: string;
  /** Tried in order on what is neither valid nor absent; the last has no condition. None: never set aside. */
  reasons: { reason: SetAsideReason; when?: (call: Call) => string }[];
}

/** One place where a value may stand. */
export type Source =
  /** In the document, then under the session's own entry unless `topLevelOnly`. */
  | {
      from: "document";
      path: readonly [string, ...string[]];
      /** The path leads to a list of exactly `length`; this element of it, counting from 0, is meant. */
      element?: { index: number; length: number };
      topLevelOnly?: true;
      /** Where a source is judged otherwise than its rule. */
      kind?: KindName;
    }
  | { from: "column"; column: string }
  /** The keys of `session`, in canonical form. */
  | { from: "session-keys" }
  /** The session's first raw event. */
  | { from: "raw-event" }
  | { from: "now" };

export interface Rule {
  kind: KindName;
  sources: readonly Source[];
}

/** The session columns that the sweep fills. */
export type SessionValue = "source_ip" | "snapshot_asn" | "snapshot_country" | "snapshot_ip_types" | "enrichment_at";

/** Space, tab, newline, carriage return, form feed, vertical tab: trimmed at both ends before every other test. */
export const BLANKS = String.raw`E' \t\n\r\f\x0b'`;

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const DOTTED = String.raw`${OCTET}(?:\.${OCTET}){3}`;
const GROUP = "[0-9A-Fa-f]{1,4}";

/** RFC 4291 section 2.2, once an IPv4 tail has been written as its two groups. */
export const ADDRESS_PATTERNS = {
  dotted: `^${DOTTED}$`,
  dottedTail: `:${DOTTED}$`,
  full: `^(?:${GROUP}:){7}${GROUP}$`,
  compressed: `^(?:${GROUP}(?::${GROUP})*)?::(?:${GROUP}(?::${GROUP})*)?$`,
  /** "::" stands for at least one group, so at most seven are written. */
  eightGroups: "(?:[0-9A-Fa-f]+:+){7}[0-9A-Fa-f]",
  /** Longest text that section 2.2 allows. */
  maxLength: 45,
} as const;

/**
 * Date, then time, then offset, each only after the one before; whether the year and the day of the month exist is checked
 * apart. No group captures: with them a match takes a hundred times as long.
 */
export const INSTANT_PATTERN =
  "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])" +
  String.raw`(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?` +
  "(?:Z|[+-](?:0[0-9]|1[0-5]):?[0-5][0-9])?)?$";

const text = (call: Call) => call("text", "item");
const lowerText = (call: Call) => `pg_catalog.lower(${text(call)} collate "C")`;
const upperText = (call: Call) => `pg_catalog.upper(${text(call)} collate "C")`;
const matches = (subject: string, pattern: string) => `${subject} collate "C" ~ '${pattern}'`;
/** Numeric value of `item`; only where it is known to be a JSON number. */
const NUMBER = "item::numeric";
const DIGITS = (call: Call) => `pg_catalog.ltrim(${text(call)}, 'ASas0')`;

/** Strict mode: lax would look into nested lists. */
const OTHER_THAN_TEXT = 'strict $[*] ? (@.type() != "string" && @.type() != "null")';

function ipTypes(ignored: string): Kind {
  return {
    returns: "text[]",
    value: (call) => `case pg_catalog.jsonb_typeof(item)
    when 'string' then case when ${lowerText(call)} not in ('', '${ignored}') then array[${text(call)}] end
    when 'array' then ${call("texts", "item", `'${ignored}'`)}
  end`,
    absent: () => `case pg_catalog.jsonb_typeof(item)
    when 'string' then true
    when 'array' then not pg_catalog.jsonb_path_exists(item, '${OTHER_THAN_TEXT}')
    else false
  end`,
    usuallyAbsent: "[]",
    reasons: [{ reason: "ip-types-unreadable" }],
  };
}

export const KINDS: Record<KindName, Kind> = {
  address: {
    returns: "text",
    value: (call) => call("canonical_address", text(call)),
    reasons: [{ reason: "ip-unreadable" }],
  },
  asn: {
    returns: "integer",
    value: (call) => `case pg_catalog.jsonb_typeof(item)
    when 'number' then case
      when ${NUMBER} between 1 and 2147483647 and ${NUMBER} = pg_catalog.trunc(${NUMBER}) then (${NUMBER})::integer
    end
    when 'string' then case
      when ${matches(lowerText(call), "^(?:as)?0*[1-9][0-9]{0,9}$")} then case
        when ${DIGITS(call)}::bigint <= 2147483647 then ${DIGITS(call)}::integer
      end
    end
  end`,
    absent: (call) => `case pg_catalog.jsonb_typeof(item)
    when 'number' then ${NUMBER} in (0, -1)
    when 'string' then ${lowerText(call)} in ('-1', 'na', 'not routed') or ${matches(lowerText(call), "^(?:as)?0+$")}
    else false
  end`,
    reasons: [
      {
        reason: "asn-out-of-range",
        when: (call) => `case pg_catalog.jsonb_typeof(item)
      when 'number' then ${NUMBER} = pg_catalog.trunc(${NUMBER})
      when 'string' then ${matches(lowerText(call), "^(?:as)?[0-9]+$")}
    end`,
      },
      { reason: "asn-unreadable" },
    ],
  },
  country: {
    returns: "text",
    value: (call) =>
      `case when ${upperText(call)} <> 'XX' and ${matches(text(call), "^[A-Za-z]{2}$")} then ${upperText(call)} end`,
    absent: (call) => `${upperText(call)} = 'XX'`,
    usuallyAbsent: '"XX"',
    reasons: [{ reason: "country-unreadable" }],
  },
  type_list: ipTypes(""),
  ip_class: ipTypes("unknown"),
  instant: {
    returns: "timestamp with time zone",
    value: (call) => call("instant_of_text", text(call)),
    reasons: [{ reason: "enriched-at-unreadable" }],
  },
  flag: {
    returns: "boolean",
    value: (call) => `case pg_catalog.jsonb_typeof(item)
    when 'boolean' then item = 'true'::pg_catalog.jsonb
    when 'number' then case ${NUMBER} when 1 then true when 0 then false end
    when 'string' then case
      when ${lowerText(call)} in ('true', 't', '1', 'yes', 'on') then true
      when ${lowerText(call)} in ('false', 'f', '0', 'no', 'off') then false
    end
  end`,
    reasons: [],
  },
  organization: {
    returns: "text",
    // An index stands on this column: an entry must stay far below a third of a page.
    value: (call) => `case when ${text(call)} <> '' then pg_catalog.left(${text(call)}, 256) end`,
    reasons: [],
  },
  registry: {
    returns: "text",
    value: (call) => `case when pg_catalog.length(${text(call)}) between 1 and 10 then ${text(call)} end`,
    reasons: [],
  },
};

const at = (...path: [string, ...string[]]): Source => ({ from: "document", path });
const atTop = (...path: [string, ...string[]]): Source => ({ from: "document", path, topLevelOnly: true });

const DOCUMENT_IP_TYPES: readonly Source[] = [
  at("spur", "client", "types"),
  { from: "document", path: ["spur"], element: { index: 9, length: 18 } },
  { from: "document", path: ["ip_classification", "ip_type"], kind: "ip_class" },
];

const COUNTRY_SOURCES: readonly Source[] = [
  at("maxmind", "country"),
  at("cymru", "country"),
  at("dshield", "ip", "ascountry"),
];

/** What a session's columns are read from, in order of preference. */
export const SESSION_RULES: Record<SessionValue, Rule> = {
  source_ip: {
    kind: "address",
    sources: [
      atTop("dshield", "ip", "number"),
      atTop("session_metadata", "source_ip"),
      { from: "session-keys" },
      { from: "raw-event" },
    ],
  },
  snapshot_asn: {
    kind: "asn",
    sources: [
      at("cymru", "asn"),
      at("maxmind", "asn"),
      at("dshield", "ip", "as"),
      at("dshield", "ip", "asn"),
      at("dshield", "ip", "asnumber"),
      at("spur", "asn", "number"),
    ],
  },
  snapshot_country: { kind: "country", sources: COUNTRY_SOURCES },
  snapshot_ip_types: {
    kind: "type_list",
    sources: [{ from: "column", column: "snapshot_ip_type" }, ...DOCUMENT_IP_TYPES],
  },
  enrichment_at: {
    kind: "instant",
    sources: [
      atTop("enriched_at"),
      { from: "column", column: "created_at" },
      { from: "column", column: "last_event_at" },
      { from: "column", column: "first_event_at" },
      { from: "now" },
    ],
  },
};

/** What the first raw event is asked for: every event for the first key, then every event for the second. */
export const RAW_EVENT_KEYS = ["src_ip", "peer_ip"] as const;

/** What an ASN's own columns are read from, out of the document of its latest session. */
export const ASN_RULES = {
  organization_name: {
    kind: "organization",
    sources: [at("cymru", "asn_org"), at("maxmind", "asn_org"), at("dshield", "ip", "asname")],
  },
  organization_country: { kind: "country", sources: [at("cymru", "country")] },
  registry: { kind: "registry", sources: [at("cymru", "registry")] },
} as const satisfies Record<string, Rule>;

/** The generated columns of `ip_inventory`: never NULL, `otherwise` where the rule gives nothing. */
export const GENERATED_RULES = {
  geo_country: { kind: "country", sources: COUNTRY_SOURCES, returns: "character varying", otherwise: "'XX'" },
  ip_types: { kind: "type_list", sources: DOCUMENT_IP_TYPES, returns: "text[]", otherwise: "'{}'" },
  is_scanner: { kind: "flag", sources: [at("greynoise", "noise")], returns: "boolean", otherwise: "false" },
  is_bogon: { kind: "flag", sources: [at("validation", "is_bogon")], returns: "boolean", otherwise: "false" },
} as const satisfies Record<string, Rule & { returns: string; otherwise: string }>;

/** The kinds that judge the sources of `rule`, each once. */
export function kindsOf(rule: Rule): KindName[] {
  const own = rule.sources.flatMap((source) =>
    source.from === "document" && source.kind !== undefined ? [source.kind] : [],
  );
  return [...new Set([rule.kind, ...own])];
}
