import type { Dice } from "@/lib/testing/oracle/dice";
import type { Tree } from "@/lib/testing/oracle/raw-json";

/** What the enrichment services would know about one attacker. */
export interface Facts {
  address: string;
  otherAddress: string;
  asn: number | null;
  organization: string | null;
  country: string | null;
}

/** A document under composition: where its providers go, and the object or scalar it is written as. */
export interface Draft {
  facts: Facts;
  root: Tree;
  /** The entry of `session` that holds the providers, or `root` in a flat document. */
  entry: Tree;
  /** Replaces `root` with a text: one of the empty forms, or null for SQL NULL. */
  text?: string | null;
}

type Form = (facts: Facts, dice: Dice) => Draft;

const EMPTY_SPUR = Array<string>(18).fill("");

const dshield = (facts: Facts, spelling: Tree): Tree => ({
  ip: {
    number: facts.address,
    count: 37,
    attacks: 12,
    ...spelling,
    asname: facts.organization ?? "",
    ascountry: facts.country ?? "XX",
  },
});

const loaderProviders = (facts: Facts): Tree => ({
  dshield: dshield(facts, { as: facts.asn ?? 0 }),
  urlhaus: "",
  spur: [...EMPTY_SPUR],
});

const flatDraft = (facts: Facts, root: Tree): Draft => ({ facts, root, entry: root });

const flat: Form = (facts) => flatDraft(facts, loaderProviders(facts));

/** As documented: every value a string, and no address. */
const flatWithoutAddress: Form = (facts) =>
  flatDraft(facts, {
    dshield: {
      ip: {
        asn: String(facts.asn ?? "NA"),
        asname: facts.organization,
        ascountry: facts.country,
        count: "5",
        attacks: "10",
      },
    },
    urlhaus: "elf,mirai",
    spur: [...EMPTY_SPUR],
  });

const flatFallback: Form = (facts) =>
  flatDraft(facts, { dshield: { ip: { asname: "", ascountry: "" } }, urlhaus: "", spur: [...EMPTY_SPUR] });

const nested: Form = (facts) => {
  const entry = loaderProviders(facts);
  return { facts, entry, root: { session: { [facts.address]: entry }, virustotal: {} } };
};

const nestedTwo: Form = (facts, dice) => {
  const entry = loaderProviders(facts);
  const other = { dshield: { ip: { asname: "OTHER", ascountry: "ZZ", asn: "AS64511" } }, urlhaus: "", spur: [] };
  const session = dice.chance(50)
    ? { [facts.address]: entry, [facts.otherAddress]: other }
    : { [facts.otherAddress]: other, [facts.address]: entry };
  return { facts, entry, root: { session, virustotal: {} } };
};

/** Written by the loader, later merged by refresh and by the password check. */
const mixed: Form = (facts, dice) => {
  const entry: Tree = dice.chance(50)
    ? { dshield: { ip: { asname: "", ascountry: "" } }, urlhaus: "", spur: [...EMPTY_SPUR] }
    : loaderProviders(facts);
  const details = Array.from({ length: dice.roll(20) }, (_, index) => ({
    username: "root",
    password_sha256: `${index}${facts.address}`.padEnd(64, "c"),
    breached: true,
    timestamp: "2025-05-01T10:00:00.123456+00:00",
  }));
  const root = {
    session: { [facts.address]: entry },
    virustotal: {},
    ...loaderProviders(facts),
    password_stats: { total_attempts: details.length, password_details: details },
  };
  return { facts, entry, root };
};

const multiSource: Form = (facts, dice) =>
  flatDraft(facts, {
    validation: { is_private: false, is_bogon: dice.chance(5), is_reserved: false },
    maxmind: { country: facts.country, city: null, latitude: 1.2929, asn: facts.asn, asn_org: facts.organization },
    cymru: dice.chance(50) ? null : { asn: String(facts.asn ?? "NA"), country: facts.country ?? "", registry: "apnic" },
    greynoise: { noise: dice.chance(30), riot: false, classification: "malicious" },
    ip_classification: {
      ip_type: dice.pick(["cloud", "tor", "datacenter", "residential", "unknown"]),
      provider: "aws",
    },
    session_metadata: { source_ip: facts.address },
    enriched_at: dice.pick(["2025-11-05T09:00:02Z", "2025-11-05 09:00:02.123456+01:00", "2025-11-05"]),
    _meta: { enrichment_version: "2.2", sources_failed: [] },
  });

const cymruAndSpurObject: Form = (facts, dice) =>
  flatDraft(facts, {
    dshield: dshield(facts, { asnumber: `AS${facts.asn ?? 0}` }),
    cymru: {
      asn: facts.asn,
      asn_org: facts.organization,
      country: facts.country,
      registry: dice.pick(["apnic", "ripencc", ""]),
    },
    spur: {
      asn: { number: facts.asn },
      client: { types: dice.pick([["SERVER", "DESKTOP"], "MOBILE", [], ["SERVER", "SERVER"]]) },
    },
    virustotal: null,
  });

const spurListFilled: Form = (facts, dice) => {
  const spur: unknown[] = [
    "Example DC",
    ["FILE_SHARING"],
    "RU",
    "ucfv",
    "",
    3,
    12,
    [],
    2_900_000,
    ["DESKTOP", "MOBILE"],
  ];
  spur.push("DATACENTER", "Moscow", "RU", "Moscow", "Example DC LLC", ["TUNNEL"], ["OPENVPN"], [{ anonymous: true }]);
  const draft = dice.chance(50) ? flat(facts, dice) : nested(facts, dice);
  draft.entry.spur = spur;
  return draft;
};

const empty: Form = (facts, dice) => ({
  ...flatDraft(facts, {}),
  text: dice.pick([null, null, "null", "{}", "[]", '""', " { } ", '"no JSON"', "17"]),
});

const FORMS: readonly (readonly [number, Form])[] = [
  [24, flat],
  [6, flatWithoutAddress],
  [4, flatFallback],
  [22, nested],
  [5, nestedTwo],
  [10, mixed],
  [10, multiSource],
  [6, cymruAndSpurObject],
  [6, spurListFilled],
  [7, empty],
];

/** A document in one of the forms that the application writes. */
export function composeDraft(facts: Facts, dice: Dice): Draft {
  return dice.pickWeighted(FORMS)(facts, dice);
}
