/** One word of Tidemark. */
export interface GlossaryEntry {
  /** As it stands in a sentence. */
  term: string;
  /** What it means, in one sentence. */
  means: string;
  /** Other spellings by which it is found in a text. */
  also?: readonly string[];
}

/** THE list of words, in the order in which an operator meets them; docs/glossary.md holds the same. */
export const GLOSSARY = {
  "recorded-version": {
    term: "recorded version",
    means: "What schema_state says, and what the application believes; somebody wrote it down, so it can be wrong.",
    also: ["recorded versions"],
  },
  "observed-state": {
    term: "observed state",
    means: "What catalog and data show, whatever was written down: v15, partial (some of v16 is there), or v16.",
    also: ["observed version"],
  },
  catalog: {
    term: "catalog",
    means: "The tables in which PostgreSQL itself keeps what exists: tables, columns, indexes, constraints.",
  },
  declared: {
    term: "declared",
    means: "How an object has to be in v16; live is how the catalog has it, and a difference between the two is drift.",
    also: ["declared schema"],
  },
  finding: {
    term: "finding",
    means: "One difference or hazard, with its object, what is declared, what is live, and what to do about it.",
    also: ["findings"],
  },
  hazard: {
    term: "hazard",
    means:
      "A circumstance that can hurt a run, such as a trigger or an old transaction; one that blocks must go first.",
    also: ["hazards"],
  },
  dependent: {
    term: "dependent",
    means: "A view, function or foreign key that somebody else made on top of an object that a run or a reset changes.",
    also: ["dependents"],
  },
  "extra-object": {
    term: "extra object",
    means: "Something in one of the tables that is no part of v16; it is reported and never touched.",
    also: ["extra objects"],
  },
  ingest: {
    term: "ingest",
    means: "The application while it writes new sessions; it goes on during a run.",
  },
  plan: {
    term: "plan",
    means: "The steps still to do, worked out from the database as it is now, with the exact SQL.",
  },
  run: {
    term: "run",
    means: "One piece of work with a number and a log: a migration, a catch-up, a reset or a verification.",
    also: ["runs"],
  },
  phase: {
    term: "phase",
    means: "One of the five stages from v15 to v16; what it has to do is decided by what the database shows.",
    also: ["phases"],
  },
  step: {
    term: "step",
    means: "One unit of work inside a phase: a statement, a transaction, or a sweep.",
    also: ["steps"],
  },
  sweep: {
    term: "sweep",
    means: "One pass over the sessions that reads each document once and fills the five new columns.",
    also: ["swept", "sweeps"],
  },
  batch: {
    term: "batch",
    means: "One short, committed round of a sweep; a run is paused, stopped and resumed between two of them.",
    also: ["batches"],
  },
  snapshot: {
    term: "snapshot",
    means: "What a session's own columns say of its source as it was at the time of the attack.",
    also: ["snapshots"],
  },
  "open-session": {
    term: "open session",
    means: "A session that no sweep has reached yet: its enrichment_at is empty.",
    also: ["open sessions", "without a snapshot", "open"],
  },
  "recoverable-session": {
    term: "recoverable session",
    means: "A session that was swept and got no address, and for which the rules now find one.",
    also: ["recoverable sessions", "recoverable"],
  },
  "catch-up": {
    term: "catch-up",
    means: "A short run that gives snapshots to the sessions that ingest wrote after the last sweep.",
    also: ["catches up"],
  },
  "set-aside": {
    term: "set aside",
    means:
      "Said of a value that no column of v16 can hold: it is counted and listed with its reason, and stops nothing.",
  },
  repair: {
    term: "repair",
    means: "To bring a table that is there in another shape into the declared one, in place, with every row kept.",
    also: ["repairs in place", "repaired in place"],
  },
  strict: {
    term: "strict",
    means: "A setting under which a run stops before it touches a table in another shape, instead of repairing it.",
  },
  "derived-row": {
    term: "derived row",
    means: "A row of an inventory that was computed from sessions, so that a run can make it again.",
    also: ["derived rows"],
  },
  "generated-column": {
    term: "generated column",
    means: "A column whose values PostgreSQL computes by itself from another column of the row.",
    also: ["generated columns"],
  },
  "invalid-index": {
    term: "invalid index",
    means:
      "What a concurrent build leaves behind when it is stopped; PostgreSQL does not use it, a run builds it anew.",
  },
  "not-valid": {
    term: "NOT VALID",
    means: "Said of a constraint that holds for new rows while the old ones were never checked.",
  },
  preflight: {
    term: "preflight",
    means: "What a run looks at before its first step: dependents, disk, types, and a sample of the documents.",
  },
  verdict: {
    term: "verdict",
    means: "The end of a run: only where nothing is left to find, 16 is written, in the transaction that checked it.",
  },
  ledger: {
    term: "ledger",
    means: "Counts and fingerprints of the honeypot data before and after a run: the proof that nothing was lost.",
  },
  fingerprint: {
    term: "fingerprint",
    means: "A short checksum of rows or of the catalog; two that are equal stand for the same content.",
    also: ["fingerprints"],
  },
  gate: {
    term: "gate",
    means: "One of four figures that ADR-007 asks for; a missed one is shown and never takes v16 back.",
    also: ["gates"],
  },
  coverage: {
    term: "coverage",
    means: "The share of sessions and addresses for which the new columns hold a value.",
  },
  journal: {
    term: "journal",
    means: "Runs, phases and log lines as rows, for people to read; nothing is ever decided by it.",
  },
  reset: {
    term: "reset",
    means: "The way back to v15: one transaction that drops what v16 added, after a preview and the typed name.",
  },
  paused: {
    term: "paused",
    means: "Said of a run that the operator holds: it does nothing and keeps the database until it is resumed.",
  },
  cancelled: {
    term: "cancelled",
    means: "Said of a run that the operator ended: what it had committed stays.",
  },
  interrupted: {
    term: "interrupted",
    means:
      "Said of a run whose process went away: what it had committed stays, and it can be resumed under its number.",
  },
  failed: {
    term: "failed",
    means: "Said of a run in which a step gave up: the log has the error, the statement, and what to do.",
  },
} as const satisfies Record<string, GlossaryEntry>;

/** Names a word of the glossary; also its anchor on the Help page. */
export type TermId = keyof typeof GLOSSARY;

/** A stretch of a text, with the word that it is one of, if any. */
export interface TextPart {
  text: string;
  term: TermId | null;
}

/** Cuts `text` where one of `terms` is named first, in any of its spellings; the rest is plain. Pure. */
export function toTextParts(text: string, terms: readonly TermId[]): TextPart[] {
  const found = terms.flatMap((term) => {
    const place = findTerm(text, GLOSSARY[term]);
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

function findTerm(text: string, { term, also = [] }: GlossaryEntry): { at: number; length: number } | null {
  const spellings = [term, ...also].sort((one, other) => other.length - one.length);
  const match = new RegExp(`\\b(?:${spellings.join("|")})\\b`, "i").exec(text);
  return match === null ? null : { at: match.index, length: match[0].length };
}
