import type { Attacker } from "@/lib/demo/population";
import type { Random } from "@/lib/demo/random";

/** What each enrichment service answers, in the shapes met in the field. Contents are made up. */

/** A document of the operator's services, or a part of one. */
export type Document = Record<string, unknown>;

/** What the application stores when DShield was skipped or failed. */
export const EMPTY_DSHIELD: Document = { ip: { asname: "", ascountry: "" } };

/** What SPUR's list looks like without an API key. */
export const EMPTY_SPUR: readonly string[] = Array.from({ length: 18 }, () => "");

const day = (at: Date) => at.toISOString().slice(0, 10);

/** DShield's answer; the ASN is usually an integer under `as`, but has been seen under two other names and as text. */
export function dshield(attacker: Attacker, at: Date, random: Random): Document {
  const updated = new Date(at.getTime() - random.below(86_400_000));
  const { address, asn, organization, country } = attacker;
  if (asn === null)
    return { ip: { number: address, asname: "", ascountry: country ?? "", count: null, attacks: null } };
  const count = random.below(400);
  return {
    ip: {
      number: address,
      count: random.chance(0.1) ? String(count) : count,
      attacks: random.below(60),
      maxdate: day(updated),
      mindate: day(new Date(updated.getTime() - random.below(90) * 86_400_000)),
      updated: updated.toISOString().slice(0, 19).replace("T", " "),
      comment: null,
      maxrisk: null,
      asabusecontact: `abuse@as${asn}.invalid`,
      ...spellAsn(asn, random),
      asname: (organization ?? "").toUpperCase().replace(/[^A-Z0-9]+/g, "-"),
      ascountry: country ?? "XX",
      assize: 2 ** (8 + random.below(14)),
      network: `${address.split(".").slice(0, 3).join(".")}.0/24`,
      threatfeeds: Object.fromEntries(
        FEEDS.slice(0, random.below(FEEDS.length)).map((feed) => [
          feed,
          { lastseen: day(at), firstseen: day(updated) },
        ]),
      ),
    },
  };
}

const FEEDS = ["blocklistde22", "ciarmy", "openbl_ssh", "blindferret", "shadowserver", "rapid7sonar"];

function spellAsn(asn: number, random: Random): Document {
  const share = random.next();
  if (share < 0.9) return { as: asn };
  if (share < 0.95) return { asn: String(asn) };
  return share < 0.98 ? { asnumber: asn } : { asn: `AS${asn}` };
}

/** SPUR's answer: mostly the empty list, sometimes filled, sometimes the object form. */
export function spur(attacker: Attacker, random: Random): unknown {
  const share = random.next();
  if (share < 0.65) return EMPTY_SPUR;
  if (share < 0.68) return [];
  const types = random.pick([["DESKTOP"], ["MOBILE", "DESKTOP"], ["SERVER"], ["IOT"], []]);
  const infrastructure = random.pick(["DATACENTER", "MOBILE", ""]);
  const organization = attacker.organization ?? "";
  const country = attacker.country ?? "";
  if (share < 0.75) {
    return {
      ...(attacker.asn === null ? {} : { asn: { number: attacker.asn, organization } }),
      infrastructure,
      client: { types, behaviors: ["SCANNER"], count: 1 + random.below(9), countries: 1 },
      location: { city: null, state: null, country },
      risks: [],
      services: ["SSH"],
      tunnels: [],
    };
  }
  const counts = [random.below(9), random.below(40)];
  return [
    ...[organization, ["FILE_SHARING"], country, "ucfv", "", ...counts, [], random.below(4_000_000), types],
    ...[infrastructure, "", country, "", organization, ["TUNNEL"], [], []],
  ];
}

/** Team Cymru's whois. */
export function cymru(attacker: Attacker, at: Date, random: Random): Document | null {
  if (attacker.asn === null) return null;
  const { asn, organization, country } = attacker;
  return {
    asn: random.chance(0.3) ? String(asn) : asn,
    asn_org: `AS${asn} ${organization ?? ""}, ${country ?? ""}`,
    country: country ?? "",
    registry: random.pick(["arin", "ripencc", "apnic", "lacnic", "afrinic"]),
    prefix: `${attacker.address.split(".").slice(0, 2).join(".")}.0.0/16`,
    allocation_date: `20${String(random.below(24)).padStart(2, "0")}-06-01`,
    cached_at: at.toISOString(),
  };
}

/** MaxMind's offline database. */
export function maxmind(attacker: Attacker, at: Date, random: Random): Document {
  return {
    country: attacker.country,
    country_name: null,
    city: null,
    latitude: random.below(18_000) / 100 - 90,
    longitude: random.below(36_000) / 100 - 180,
    asn: attacker.asn,
    asn_org: attacker.organization,
    accuracy_radius: random.pick([5, 20, 50, 1_000]),
    cached_at: at.toISOString(),
  };
}

/** The several-sources form of later tooling: everything but the shared parts of the older layouts. */
export function manySources(attacker: Attacker, at: Date, random: Random): Document {
  return {
    validation: { is_private: false, is_bogon: false, is_reserved: false },
    maxmind: maxmind(attacker, at, random),
    cymru: random.chance(0.5) ? cymru(attacker, at, random) : null,
    greynoise: { noise: random.chance(0.4), riot: false, classification: "malicious", name: null, last_seen: day(at) },
    ip_classification: {
      ip_type: random.pick(["cloud", "datacenter", "residential", "tor", "unknown"]),
      provider: null,
      confidence: 0.9,
      source: "cloud_ranges",
      classified_at: at.toISOString(),
    },
    session_metadata: { source_ip: attacker.address },
    enriched_at: new Date(at.getTime() + 3_600_000).toISOString(),
    _meta: {
      enrichment_version: "2.2",
      sources_attempted: ["maxmind", "cymru", "greynoise"],
      sources_failed: [],
      total_duration_ms: random.below(900),
    },
  };
}

/** Answers too large to make anew for every session; shared between documents, as one malware is between attacks. */
export interface SharedAnswers {
  virustotal: readonly Document[];
  passwordStats: readonly Document[];
}

/** A few hundred answers of the two services that fill most of a document. */
export function makeSharedAnswers(random: Random): SharedAnswers {
  const many = (make: (random: Random) => Document) => Array.from({ length: 300 }, () => make(random));
  return { virustotal: many(virustotal), passwordStats: many(passwordStats) };
}

const ENGINES = ["ClamAV", "Kaspersky", "BitDefender", "ESET-NOD32", "Avast", "Sophos", "Fortinet", "Ikarus", "DrWeb"];

function virustotal(random: Random): Document {
  const verdicts = ENGINES.map((engine) => {
    const isHit = random.chance(0.6);
    const result = isHit
      ? random.pick(["Trojan.Linux.Mirai", "Linux/CoinMiner.B", "Backdoor.Gafgyt", "ELF:Agent-XA"])
      : null;
    return [engine, { category: isHit ? "malicious" : "undetected", engine_name: engine, result, method: "blacklist" }];
  });
  const attributes = {
    last_analysis_stats: { malicious: random.below(45), suspicious: 0, harmless: 0, undetected: random.below(30) },
    type_description: "ELF",
    size: random.below(200_000),
    names: [random.hex(8), "sshd"],
    sha1: random.hex(40),
    md5: random.hex(32),
    last_analysis_results: Object.fromEntries(verdicts),
  };
  return { [random.hex(64)]: { data: { attributes } } };
}

function passwordStats(random: Random): Document {
  const details = Array.from({ length: 4 + random.below(8) }, () => ({
    username: random.pick(["root", "admin", "ubuntu", "test", "pi", "oracle", "user", "git"]),
    password_sha256: random.hex(64),
    breached: random.chance(0.8),
    prevalence: random.below(2_000_000),
    success: random.chance(0.1),
    timestamp: "2025-05-01T10:00:00.123456+00:00",
  }));
  return {
    total_attempts: details.length,
    unique_passwords: details.length,
    breached_passwords: details.filter((detail) => detail.breached).length,
    breach_prevalence_max: Math.max(...details.map((detail) => detail.prevalence)),
    novel_password_hashes: details.filter((detail) => !detail.breached).map((detail) => detail.password_sha256),
    password_details: details,
  };
}
