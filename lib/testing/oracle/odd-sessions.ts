import fc from "fast-check";
import { RawJson, writeJson } from "@/lib/testing/oracle/raw-json";
import {
  ADDRESS_SPELLINGS,
  ASN_SPELLINGS,
  CLASSIFICATION_SPELLINGS,
  COUNTRY_SPELLINGS,
  FLAG_SPELLINGS,
  TIME_SPELLINGS,
  TYPE_SPELLINGS,
} from "@/lib/testing/oracle/spellings";

const ADDRESSES = ["192.0.2.1", "192.0.2.10", "198.51.100.7", "2001:db8::7", "::ffff:192.0.2.1"];

const oddCharacters = fc.string({
  unit: fc.constantFrom(...' \t\u000b\u00a0aAxX09.:/-+é🍯\u212a\u017f\u0130\u001f\u007f\\"'),
  maxLength: 6,
});
const rawNumber = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.oneof(fc.constantFrom("0", "1", "64500", "2147483647", "2147483648"), fc.nat().map(String)),
    fc.constantFrom("", ".0", ".5", ".50", ".00000000000000000001"),
    fc.constantFrom("", "", "", "e0", "E+3", "e-3", "e30", "e-30", "e5000", "e-9000"),
  )
  .map((parts) => new RawJson(parts.join("")));
const unreadable = fc
  .constantFrom('"\\u0000"', '"x\\ud83c"', '"\\ude00"', "1e999999", "-1e-20000", '"\\ud83c\\u0041"')
  .map((text) => new RawJson(text));
const innocent = fc
  .constantFrom('"\\\\u0000"', '"\\ud83c\\udf6f"', '"\\u005c"', "1e4000", '"\\/"', '"\\u0020NL\\u0009"')
  .map((text) => new RawJson(text));

/** One value of `spellings`, or now and then anything at all. */
const spelledAs = (spellings: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...spellings) },
    { weight: 3, arbitrary: rawNumber },
    { weight: 3, arbitrary: oddCharacters },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }).filter(isLoadable) },
    { weight: 2, arbitrary: innocent },
    { weight: 1, arbitrary: fc.constantFrom(undefined, null) },
  );

/** Half of a surrogate pair or a NUL would make every such document unreadable; `unreadable` has its own share. */
function isLoadable(value: unknown): boolean {
  return !/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(value) ?? "");
}

const asn = spelledAs([...ASN_SPELLINGS, 64500, 64501, "64502"]);
const country = spelledAs([...COUNTRY_SPELLINGS, "NL", "DE"]);
const types = spelledAs(TYPE_SPELLINGS);
const address = spelledAs([...ADDRESSES, ...ADDRESS_SPELLINGS("192.0.2.1")]);

/** An object of those keys, each often missing, or something that is no object. */
function provider(model: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.record(model, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, [], {}, "pending", 0, false, [{ asn: 1, country: "NL" }]) },
  );
}

const spurList = fc
  .tuple(types, fc.constantFrom(18, 18, 18, 18, 17, 19, 3, 4))
  .map(([element, length]) => Array.from({ length }, (_, index) => (index === 9 ? (element ?? null) : "")));

const providers = {
  dshield: provider({
    ip: provider({ number: address, as: asn, asn, asnumber: asn, ascountry: country, asname: oddCharacters }),
  }),
  cymru: provider({ asn, country }),
  maxmind: provider({ asn, country }),
  spur: fc.oneof(spurList, provider({ asn: provider({ number: asn }), client: provider({ types }) })),
  ip_classification: provider({ ip_type: spelledAs(CLASSIFICATION_SPELLINGS) }),
  greynoise: provider({ noise: spelledAs(FLAG_SPELLINGS) }),
  validation: provider({ is_bogon: spelledAs(FLAG_SPELLINGS) }),
};

const sessionKey = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...ADDRESSES) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      " 192.0.2.1",
      "192.0.2.1\t",
      "2001:DB8::7",
      "2001:db8:0:0::7",
      "::FFFF:c000:201",
      "192.0.2.1/32",
      "192.0.2.01",
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom("", " ", "\u000b", "unknown", "None", "~", " ~ ", "!", "é") },
);

const session = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .uniqueArray(fc.tuple(sessionKey, provider(providers)), { maxLength: 3, selector: ([key]) => key })
      .map((entries) => Object.fromEntries(entries)),
  },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, [], "192.0.2.1", 7, ["192.0.2.1"]) },
);

const objectText = fc
  .record(
    {
      ...providers,
      session,
      session_metadata: provider({ source_ip: address }),
      enriched_at: spelledAs(TIME_SPELLINGS),
      urlhaus: fc.oneof({ weight: 8, arbitrary: fc.constant("") }, { weight: 1, arbitrary: unreadable }),
      virustotal: innocent,
    },
    { requiredKeys: [] },
  )
  .map(writeJson);

const disguise: fc.Arbitrary<(text: string) => string> = fc.oneof(
  { weight: 30, arbitrary: fc.constant((text: string) => text) },
  {
    weight: 8,
    arbitrary: fc.constantFrom<(text: string) => string>(
      (text) => JSON.stringify(text),
      (text) => JSON.stringify(` \n\f${text}\v`),
      (text) => JSON.stringify(JSON.stringify(text)),
      (text) => JSON.stringify(`${text}}`),
      (text) => `\n${text.replace(/, (?="[a-z_]+": )/g, " ,\t")} `,
      (text) => text.replace('"dshield"', '"\\u0064shield"').replace('"session"', '"sessio\\u006e"'),
      (text) =>
        text.replace(/^\{(?=.)/, '{"cymru": {"asn": 9, "country": "aq"}, "session": {"192.0.2.1": {}}, "x": "y", '),
    ),
  },
);

const document = fc.oneof(
  { weight: 30, arbitrary: fc.tuple(objectText, disguise).map(([text, alter]) => alter(text).replace(/, \}$/, "}")) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<string | null>(
      null,
      "null",
      "{}",
      "[]",
      '""',
      '" "',
      "7",
      "true",
      '"{"',
      '"\\u0000"',
      '["\\u0000"]',
      "1e999999",
      '" {} "',
      '"\\u007b}"',
      '"[{}]"',
    ),
  },
);

const payload = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .record(
        { src_ip: address, peer_ip: address, input: fc.oneof({ weight: 5, arbitrary: innocent }, unreadable) },
        { requiredKeys: [] },
      )
      .map(writeJson),
  },
  { weight: 1, arbitrary: fc.constantFrom("null", "[]", "{}", '"{\\"src_ip\\": \\"192.0.2.1\\"}"', "7") },
);

const moment = fc.constantFrom(1_700_000_000_000_000n, 1_700_000_000_000_001n, 1_600_000_000_000_000n);

/** A session as odd as the rules allow, without its id; `address` is one that its document may be read for. */
export const anOddSession = fc.record({
  document,
  address: fc.constantFrom(...ADDRESSES),
  firstEventAt: fc.option(moment),
  lastEventAt: fc.option(moment),
  createdAt: moment,
  eventCount: fc.constant(1),
  commandCount: fc.constant(0),
  fileDownloads: fc.constant(0),
  loginAttempts: fc.constant(0),
  /** What an earlier attempt left in the columns. */
  present: fc.record({
    sourceIp: fc.option(fc.constantFrom(...ADDRESSES, "203.0.113.9")),
    asn: fc.option(fc.constant(65000), { freq: 1 }),
    ipType: fc.option(fc.constantFrom("VPN", " TOR ", "", " \n", "unknown")),
  }),
  rawEvents: fc.array(fc.record({ eventTimestamp: fc.option(moment), payload }), { maxLength: 3 }),
});
