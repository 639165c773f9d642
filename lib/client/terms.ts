/**
 * THE list of words that explain themselves, in the order in which an operator meets them: each as it stands in a sentence,
 * then the other spellings by which it is found in a text. What they mean is in glossary.ts, which a page loads when it is
 * drawn already.
 */
export const TERMS = {
  "recorded-version": ["recorded version", "recorded versions"],
  "observed-state": ["observed state", "observed version"],
  catalog: ["catalog"],
  declared: ["declared", "declared schema"],
  finding: ["finding", "findings"],
  hazard: ["hazard", "hazards"],
  dependent: ["dependent", "dependents"],
  "extra-object": ["extra object", "extra objects"],
  ingest: ["ingest"],
  plan: ["plan"],
  run: ["run", "runs"],
  phase: ["phase", "phases"],
  step: ["step", "steps"],
  sweep: ["sweep", "swept", "sweeps"],
  batch: ["batch", "batches"],
  snapshot: ["snapshot", "snapshots"],
  tier: ["tier", "tiers"],
  "open-session": ["open session", "open sessions", "without a snapshot", "open"],
  "recoverable-session": ["recoverable session", "recoverable sessions", "recoverable"],
  "catch-up": ["catch-up", "catches up"],
  "set-aside": ["set aside"],
  repair: ["repair", "repairs in place", "repaired in place"],
  strict: ["strict"],
  "derived-row": ["derived row", "derived rows"],
  "generated-column": ["generated column", "generated columns"],
  "invalid-index": ["invalid index"],
  "not-valid": ["NOT VALID"],
  preflight: ["preflight"],
  census: ["census"],
  verdict: ["verdict"],
  ledger: ["ledger"],
  fingerprint: ["fingerprint", "fingerprints"],
  gate: ["gate", "gates"],
  coverage: ["coverage"],
  journal: ["journal"],
  reset: ["reset"],
  paused: ["paused"],
  cancelled: ["cancelled"],
  interrupted: ["interrupted"],
  failed: ["failed"],
} as const satisfies Record<string, readonly [string, ...string[]]>;

/** Names a word; also its anchor on the Help page. */
export type TermId = keyof typeof TERMS;

/** A stretch of a text, with the word that it is one of, if any. */
export interface TextPart {
  text: string;
  term: TermId | null;
}

/** Cuts `text` where one of `terms` is named first, in any of its spellings; the rest is plain. Pure. */
export function toTextParts(text: string, terms: readonly TermId[]): TextPart[] {
  const found = terms.flatMap((term) => {
    const place = findTerm(text, TERMS[term]);
    return place === null ? [] : [{ ...place, term }];
  });
  const parts: TextPart[] = [];
  let from = 0;
  for (const { at, length, term } of found.sort((one, other) => one.at - other.at)) {
    if (at < from) continue;
    if (at > from) parts.push({ text: text.slice(from, at), term: null });
    parts.push({ text: text.slice(at, at + length), term });
    from = at + length;
  }
  return from < text.length ? [...parts, { text: text.slice(from), term: null }] : parts;
}

function findTerm(text: string, spellings: readonly string[]): { at: number; length: number } | null {
  const longestFirst = spellings.toSorted((one, other) => other.length - one.length);
  const match = new RegExp(`\\b(?:${longestFirst.join("|")})\\b`, "i").exec(text);
  return match === null ? null : { at: match.index, length: match[0].length };
}
