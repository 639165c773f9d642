import type { Attacker } from "@/lib/demo/population";
import {
  cymru,
  type Document,
  dshield,
  EMPTY_DSHIELD,
  EMPTY_SPUR,
  manySources,
  maxmind,
  type SharedAnswers,
  spur,
} from "@/lib/demo/providers";
import type { Random } from "@/lib/demo/random";

/** What is known when the document of a session is written. */
export interface DocumentContext {
  attacker: Attacker;
  at: Date;
  random: Random;
  shared: SharedAnswers;
}

/** JSON text of a document, null for SQL NULL, and whether the session's address stands in it. */
export interface ComposedDocument {
  text: string | null;
  namesAddress: boolean;
}

const named = (document: unknown): ComposedDocument => ({ text: JSON.stringify(document), namesAddress: true });
const nameless = (document: unknown): ComposedDocument => ({ text: JSON.stringify(document), namesAddress: false });

/** How documents are laid out: all in one way, or as in production. */
export type Layout = "flat" | "nested" | "mixed" | "real";

/** A document as the application writes it: flat by refresh, nested by the loader, mixed, or of several sources. */
export function composeDocument(context: DocumentContext, layout: Layout = "real"): ComposedDocument {
  const share = context.random.next();
  if (layout !== "real") return named(LAYOUTS[layout](context));
  if (share < 0.45) return named(flat(context));
  if (share < 0.82) return named(nested(context));
  return named(
    share < 0.94
      ? mixed(context)
      : { ...manySources(context.attacker, context.at, context.random), ...extras(context) },
  );
}

function flat(context: DocumentContext): Document {
  return { ...answers(context), ...extras(context) };
}

function nested(context: DocumentContext): Document {
  return { session: { [context.attacker.address]: answers(context) }, ...extras(context) };
}

/** The loader's layout, into which a later refresh merged flat keys. */
function mixed(context: DocumentContext): Document {
  const empty = { dshield: EMPTY_DSHIELD, urlhaus: "", spur: EMPTY_SPUR };
  return { session: { [context.attacker.address]: empty }, virustotal: {}, ...answers(context), ...extras(context) };
}

const LAYOUTS = { flat, nested, mixed };

function answers({ attacker, at, random }: DocumentContext): Document {
  return {
    dshield: dshield(attacker, at, random),
    urlhaus: random.chance(0.9) ? "" : random.pick(["elf,mirai", "32-bit,elf", "sh"]),
    spur: spur(attacker, random),
    ...(random.chance(0.2) ? { cymru: cymru(attacker, at, random) } : {}),
    ...(random.chance(0.2) ? { maxmind: maxmind(attacker, at, random) } : {}),
  };
}

/** The two large parts; one document in eight is small. */
function extras({ random, shared }: DocumentContext): Document {
  if (random.chance(0.125)) return { virustotal: {} };
  return { virustotal: random.pick(shared.virustotal), password_stats: random.pick(shared.passwordStats) };
}

/** A document from before there was geo data: no ASN, and `XX` or nothing for a country. */
export function composeEarlyDocument(context: DocumentContext): ComposedDocument {
  const { attacker, random, shared } = context;
  const share = random.next();
  if (share < 0.08) return random.pick(EMPTIES);
  if (share < 0.12) return composeNamelessDocument(context);
  const country = random.chance(0.8) ? "XX" : "";
  const known = {
    dshield: { ip: { number: attacker.address, asname: "", ascountry: country } },
    urlhaus: "",
    spur: EMPTY_SPUR,
  };
  const large = { virustotal: random.pick(shared.virustotal), password_stats: random.pick(shared.passwordStats) };
  return named(share < 0.56 ? { ...known, ...large } : { session: { [attacker.address]: known }, ...large });
}

/** What the application stores for a session whose address nobody knows. */
export function composeNamelessDocument({ random, shared }: DocumentContext): ComposedDocument {
  const passwords = { password_stats: random.pick(shared.passwordStats) };
  return nameless({ dshield: EMPTY_DSHIELD, urlhaus: "", spur: EMPTY_SPUR, ...passwords });
}

/** Every empty form in the wild. */
const EMPTIES: readonly ComposedDocument[] = [
  { text: null, namesAddress: false },
  ...[null, {}, [], ""].map((empty) => nameless(empty)),
];

/** A document that holds one of the odd values met in the wild. */
export function composeOddDocument(context: DocumentContext): ComposedDocument {
  return context.random.pick(ODDITIES)(context);
}

const withDshield = (context: DocumentContext, odd: Document): ComposedDocument => {
  const usual = answers(context);
  const { ip } = usual.dshield as { ip: Document };
  const { as: _as, asn: _asn, asnumber: _asnumber, ...rest } = ip;
  return named({ ...usual, ...extras(context), maxmind: null, cymru: null, dshield: { ip: { ...rest, ...odd } } });
};

const ODDITIES: readonly ((context: DocumentContext) => ComposedDocument)[] = [
  (context) => withDshield(context, { as: "4294967294" }),
  (context) => withDshield(context, { as: "4134.0" }),
  (context) => withDshield(context, { as: 0, asname: "NOT ROUTED", ascountry: "XX" }),
  (context) => withDshield(context, { as: "NA", count: "n/a", attacks: null }),
  (context) => withDshield(context, { as: "0x1F" }),
  (context) => withDshield(context, { as: context.attacker.asn, ascountry: "usa" }),
  (context) => withDshield(context, { as: context.attacker.asn, ascountry: "nl" }),
  (context) => named({ session: { [context.attacker.address]: { dshield: { ip: null, error: "rate limited" } } } }),
  (context) => named({ ...flat(context), spur: { client: null } }),
  (context) => named({ ...flat(context), spur: ["", "DATACENTER", 3] }),
  (context) => named({ ...flat(context), enriched_at: "yesterday" }),
  (context) => named({ ...flat(context), greynoise: { noise: "maybe" }, validation: { is_bogon: "yes" } }),
  // Encoded twice: a JSON string that holds the document.
  (context) => named(JSON.stringify(flat(context))),
];

/** A document with a NUL escape, which PostgreSQL keeps as json but cannot read: every `->` on it fails. */
export function composeNulDocument(context: DocumentContext): ComposedDocument {
  const stats = { total_attempts: 1, password_details: [{ username: "enable\u0000", breached: false }] };
  return nameless({ ...answers(context), password_stats: stats });
}
