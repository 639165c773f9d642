import fc from "fast-check";

/** Addresses in several spellings, and texts that look like some. */
const anAddress = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom("10.0.0.1", " 10.0.0.1", "2001:DB8::1", "2001:db8:0::1", "::ffff:10.0.0.1", "1.2.3.4/8", "x", ""),
);

/** What a provider may have written where one value is meant. */
const aValue = fc.oneof(
  anAddress,
  fc.constantFrom("NL", "us", "XX", "usa", "AS4134", "64501", "NA", "-1", "", " ", "unknown", "tor", "yes", "maybe"),
  fc.constantFrom("2025-06-02", "2025-02-30", "2025-06-02T04:11:09.123456789+02:00", "yesterday", "\u001b[31m", "ſs"),
  fc.constantFrom(null, true, false, 0, 1, -1, 1.5, 4134, 2147483648, 1e300),
  fc.array(fc.constantFrom("SERVER", " SERVER", "unknown", "", null, 5), { maxLength: 3 }),
  fc.string({ unit: "grapheme", maxLength: 6 }),
);

const oneOrOdd = (object: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 6, arbitrary: object }, { weight: 1, arbitrary: aValue });
const object = (keys: Record<string, fc.Arbitrary<unknown>>) => oneOrOdd(fc.record(keys, { requiredKeys: [] }));

const aSpurList = fc
  .tuple(fc.constantFrom(3, 17, 18, 18, 18, 19), aValue)
  .map(([length, value]) => Array.from({ length }, (_, place) => (place === 9 ? value : "")));

const PROVIDERS = {
  dshield: object({
    ip: object({ number: aValue, as: aValue, asn: aValue, asnumber: aValue, ascountry: aValue, asname: aValue }),
  }),
  cymru: object({ asn: aValue, country: aValue, asn_org: aValue, registry: aValue }),
  maxmind: object({ asn: aValue, country: aValue, asn_org: aValue }),
  spur: fc.oneof(aSpurList, object({ client: object({ types: aValue }), asn: object({ number: aValue }) })),
  ip_classification: object({ ip_type: aValue }),
  greynoise: object({ noise: aValue }),
  validation: object({ is_bogon: aValue }),
};

/** Documents in all three layouts, filled with values of every kind, right and wrong; all of them can be read. */
export const aProviderDocument = fc.record(
  {
    ...PROVIDERS,
    session_metadata: object({ source_ip: anAddress }),
    session: oneOrOdd(fc.dictionary(anAddress, object(PROVIDERS), { maxKeys: 3 })),
    enriched_at: aValue,
  },
  { requiredKeys: [] },
);
