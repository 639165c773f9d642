import type { Dice } from "@/lib/testing/oracle/dice";
import type { Draft } from "@/lib/testing/oracle/document-forms";
import { isTree, RawJson, setAt, type Tree } from "@/lib/testing/oracle/raw-json";

const raw = (text: string) => new RawJson(text);

/** Spellings of an ASN met in the wild or at the edges of the rule; `raw` keeps a number as written. */
export const ASN_SPELLINGS: readonly unknown[] = [
  ..."AS4134, as4134 ,4134,004134,AS004134,2147483647,2147483648,4294967294,AS99999999999999999999,0,AS0,as000".split(
    ",",
  ),
  ..."-1,-2,NA,na,Not Routed,NOT ROUTED,4134.0,1.5,0x1F,1_000,AS,ASN4134,AS 4134,4134x,+4134,１２".split(","),
  "",
  " ",
  " \t\r\n\f\v",
  "\vAS4134\f",
  "A\u017f4134",
  "\u00a04134",
  ...["0", "-0", "0.0", "-1", "-1.0", "-1e0", "-2", "1", "2147483647", "2147483647.0", "2147483648", "4294967294"].map(
    raw,
  ),
  ...[
    "4134.0",
    "41340e-1",
    "4.134e3",
    "4134.5",
    "1e20",
    "1e400",
    "-1e400",
    "1e-300",
    "98765432109876543210",
    "0e5",
  ].map(raw),
  null,
  true,
  [],
  [4134],
  {},
  { number: 4134 },
];

export const COUNTRY_SPELLINGS: readonly unknown[] = [
  ..."XX,xx,Xx,NL,nl,nL, NL ,ZZ,EU,usa,USA,N,N1,--,Unknown".split(","),
  "",
  " \n",
  "\vbr\f\r",
  "N\nL",
  "\u017fe",
  "\u212aE",
  "ı\u0307",
  "Äö",
  "\u00a0NL",
  null,
  false,
  5,
  [],
  ["NL"],
  {},
];

export const TYPE_SPELLINGS: readonly unknown[] = [
  "DESKTOP",
  " SERVER\t",
  "",
  " ",
  null,
  3,
  true,
  {},
  { types: ["A"] },
  [],
  [null, "", " \v"],
  ["MOBILE", "DESKTOP", "MOBILE"],
  [" B ", "A", "B", 3, null],
  [3, null],
  [["A"]],
  [{}, false],
  ["naïve 🍯", 'quo"te', "back\\slash", "{curly}", "a,b", "NULL"],
];

export const CLASSIFICATION_SPELLINGS: readonly unknown[] = [
  ..."tor,cloud,datacenter,residential,unknown,Unknown,UNKNOWN, unknown ,unknown2".split(","),
  "",
  null,
  7,
  false,
  {},
  [],
  ["tor", " tor ", "vpn"],
  [1],
];

export const TIME_SPELLINGS: readonly unknown[] = [
  "yesterday",
  "",
  " ",
  "2025-11-05",
  " 2025-11-05T09:00 ",
  "2025-11-05T09:00:02",
  "2025-11-05 09:00:02.5",
  "2025-11-05T09:00:02.1234567891Z",
  "2025-11-05T09:00:02.999999999-0330",
  "2025-11-05T09:00:02+15:59",
  "2025-11-05T09:00:02+16:00",
  "2025-11-05T09:00:02+05",
  "2025-11-05T09:00Z",
  "2025-11-05Z",
  "2025-11-05T09",
  "2025-02-29",
  "2024-02-29",
  "2025-13-01",
  "2025-00-10",
  "2025-04-31",
  "0000-05-05",
  "0001-01-01",
  "9999-12-31T23:59:59.999999Z",
  "10000-01-01",
  "2025-11-05T24:00:00",
  "2025-11-05T23:59:60",
  "2025-11-05T23:60:00",
  "2025-11-05t09:00:02",
  "2025-11-05T09:00:02z",
  "2025-11-05T09:00:02 Z",
  "2025-11-05  09:00:02",
  "2025-11-05T09:00:02.",
  "2025-11-05T09:00:02,5",
  "20251105",
  "infinity",
  "now",
  "epoch",
  "2025-11-05 BC",
  1_762_333_202,
  null,
  true,
  [],
  {},
];

export const FLAG_SPELLINGS: readonly unknown[] = [
  ..."true,t,1,yes,on,TRUE, Yes ,oN,false,f,0,no,off,FALSE,maybe,y,n,tru,01,1.0".split(","),
  "",
  " ",
  true,
  false,
  null,
  ...["0", "1", "1.0", "1e0", "-0", "0.0", "2", "-1", "0.5"].map(raw),
  [],
  [true],
  {},
];

export const ADDRESS_SPELLINGS = (address: string): readonly unknown[] => [
  ` ${address}\n`,
  `\v${address}`,
  `::ffff:${address}`,
  `::FFFF:${address}`,
  `::${address}`,
  `${address}/32`,
  `${address}.`,
  `0${address}`,
  `${address}:22`,
  "1.2.3",
  "256.1.1.1",
  "2001:DB8:0:0::7",
  "2001:db8::7%eth0",
  "1:2:3:4:5:6:7::",
  "1:2:3:4::5:6:7:8",
  "::",
  "fe80:::1",
  "localhost",
  "",
  " ",
  null,
  3_405_803_853,
  true,
  [address],
  { ip: address },
];

const CHAOS: readonly unknown[] = [null, [], {}, "pending", 0, false, [{ asn: 1 }], ""];

const ASN_PATHS = [
  "cymru.asn",
  "maxmind.asn",
  "dshield.ip.as",
  "dshield.ip.asn",
  "dshield.ip.asnumber",
  "spur.asn.number",
];
const COUNTRY_PATHS = ["maxmind.country", "cymru.country", "dshield.ip.ascountry"];
const PROVIDERS = ["dshield", "dshield.ip", "cymru", "maxmind", "spur", "spur.client", "spur.asn", "session"];
const MORE_PROVIDERS = ["session_metadata", "ip_classification", "greynoise", "validation"];
const NAMES: readonly unknown[] = ["", "  ", 5, null, "É".repeat(300), " Example\tNet ", "x".repeat(255)];
const REGISTRIES: readonly unknown[] = ["ripencc", " ARIN ", "", "0123456789", "0123456789a", "ééééééééüü", null, 7];

type Oddity = (draft: Draft, dice: Dice) => void;

/** Most odd values replace what is there; some go to the top level over a nested entry. */
const place = (draft: Draft, dice: Dice, path: string, value: unknown) =>
  setAt(dice.chance(50) ? draft.entry : draft.root, path.split("."), value);

function oneOf(paths: readonly string[], values: readonly unknown[]): Oddity {
  return (draft, dice) => place(draft, dice, dice.pick(paths), dice.pick(values));
}

const oddSpurList: Oddity = (draft, dice) => {
  const list: unknown[] = Array<string>(dice.pick([18, 18, 18, 3, 4, 17, 19])).fill("");
  if (list.length > 9) list[9] = dice.pick(TYPE_SPELLINGS);
  place(draft, dice, "spur", list);
};

const oddAddress: Oddity = (draft, dice) => {
  const path = dice.pick(["dshield.ip.number", "session_metadata.source_ip"]);
  setAt(draft.root, path.split("."), dice.pick(ADDRESS_SPELLINGS(draft.facts.address)));
};

/** Re-spells, doubles or adds keys of `session`. */
const oddKeys: Oddity = (draft, dice) => {
  const { address, otherAddress } = draft.facts;
  const session: Tree = isTree(draft.root.session) ? { ...draft.root.session } : { [address]: draft.entry };
  if (draft.root === draft.entry) session[address] = { cymru: { asn: 64496, country: "aq" } };
  const keys = [` ${address}`, `::ffff:${address}`, "", " ", "unknown", "2001:DB8::7", "2001:db8:0::7", otherAddress];
  for (let count = 1 + dice.roll(3); count > 0; count--) {
    session[dice.pick(keys)] = dice.pick<unknown>([{ cymru: { asn: 64497, country: "gl" } }, {}, null, "x"]);
  }
  if (dice.chance(40)) delete session[address];
  draft.root.session = session;
};

const withoutAddress: Oddity = (draft) => {
  delete draft.root.session_metadata;
  const { dshield } = draft.root;
  if (isTree(dshield) && isTree(dshield.ip)) delete dshield.ip.number;
};

/** What jsonb cannot hold, in a key or a value that no rule reads. */
const unreadable: Oddity = (draft, dice) => {
  const text = dice.pick([
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud83c"',
    '"\\udf6f x"',
    "1e999999",
    "1e-20000",
    '{"\\u0000": 1}',
  ]);
  place(draft, dice, dice.pick(["password_stats.username", "urlhaus", "virustotal.data"]), raw(text));
};

/** Escapes and shapes that look dangerous and are not. */
const harmless: Oddity = (draft, dice) => {
  const text = dice.pick([
    '"\\\\u0000"',
    '"\\ud83c\\udf6f"',
    '"\\u0001\\u001b[31m"',
    "1e4000",
    "-1e-4000",
    '"\\u00e9\\/"',
  ]);
  place(draft, dice, dice.pick(["password_stats.username", "urlhaus", "virustotal.data"]), raw(text));
};

const ODDITIES: readonly (readonly [number, Oddity])[] = [
  [20, oneOf(ASN_PATHS, ASN_SPELLINGS)],
  [14, oneOf(COUNTRY_PATHS, COUNTRY_SPELLINGS)],
  [6, oneOf(["spur.client.types"], TYPE_SPELLINGS)],
  [6, oddSpurList],
  [6, oneOf(["ip_classification.ip_type"], CLASSIFICATION_SPELLINGS)],
  [8, oneOf(["enriched_at"], TIME_SPELLINGS)],
  [8, oneOf(["greynoise.noise", "validation.is_bogon"], FLAG_SPELLINGS)],
  [10, oddAddress],
  [8, oddKeys],
  [5, withoutAddress],
  [8, oneOf([...PROVIDERS, ...MORE_PROVIDERS], CHAOS)],
  [4, oneOf(["cymru.asn_org", "maxmind.asn_org", "dshield.ip.asname"], NAMES)],
  [3, oneOf(["cymru.registry"], REGISTRIES)],
  [2, unreadable],
  [2, harmless],
];

/** Makes `count` things in a document odd. */
export function addOddities(draft: Draft, dice: Dice, count: number): void {
  for (let left = count; left > 0; left--) dice.pickWeighted(ODDITIES)(draft, dice);
}
