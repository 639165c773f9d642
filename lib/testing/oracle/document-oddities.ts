import type { Dice } from "@/lib/testing/oracle/dice";
import type { Draft } from "@/lib/testing/oracle/document-forms";
import { isTree, RawJson, setAt, type Tree } from "@/lib/testing/oracle/raw-json";
import {
  ADDRESS_SPELLINGS,
  ASN_SPELLINGS,
  CLASSIFICATION_SPELLINGS,
  COUNTRY_SPELLINGS,
  FLAG_SPELLINGS,
  TIME_SPELLINGS,
  TYPE_SPELLINGS,
} from "@/lib/testing/oracle/spellings";

const raw = (text: string) => new RawJson(text);

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
