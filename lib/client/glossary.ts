import { TERMS, type TermId } from "@/lib/client/terms";

/** What each word means, in one sentence; docs/glossary.md holds the same. */
export const MEANINGS: Record<TermId, string> = {
  "recorded-version":
    "What schema_state says, and what the application believes; somebody wrote it down, so it can be wrong.",
  "observed-state":
    "What catalog and data show, whatever was written down: v15, partial (some of v16 is there), or v16.",
  catalog: "The tables in which PostgreSQL itself keeps what exists: tables, columns, indexes, constraints.",
  declared:
    "How an object has to be in v16; live is how the catalog has it, and a difference between the two is drift.",
  finding: "One difference or hazard, with its object, what is declared, what is live, and what to do about it.",
  hazard: "A circumstance that can hurt a run, such as a trigger or an old transaction; one that blocks must go first.",
  dependent: "A view, function or foreign key that somebody else made on top of one of the tables.",
  "extra-object":
    "Something in one of the tables that is no part of v16; it is reported, and a migration never touches it.",
  ingest: "The application while it writes new sessions; it goes on during a run.",
  plan: "The steps still to do, worked out from the database as it is now, with the exact SQL.",
  run: "One piece of work with a number and a log: a migration, a catch-up, a reset or a verification.",
  phase: "One of the five stages from v15 to v16; what it has to do is decided by what the database shows.",
  step: "One unit of work inside a phase: a statement, a transaction, or a sweep.",
  sweep: "One pass over the sessions that reads each document once and fills the five new columns.",
  batch: "One short, committed round of a sweep; a run is paused, stopped and resumed between two of them.",
  snapshot: "What a session's own columns say of its source as it was at the time of the attack.",
  tier: "One of the three tables of ADR-007: 1 autonomous systems, 2 addresses as they are now, 3 sessions as they were.",
  "open-session": "A session that no sweep has reached yet: its enrichment_at is empty.",
  "recoverable-session": "A session that was swept and got no address, and for which the rules now find one.",
  "catch-up": "A short run that gives snapshots to the sessions that ingest wrote after the last sweep.",
  "set-aside":
    "Said of a value that no column of v16 can hold: it is counted and listed with its reason, and stops nothing.",
  repair: "To bring a table that is there in another shape into the declared one, in place, with every row kept.",
  strict: "A setting under which a run stops before it touches a table in another shape, instead of repairing it.",
  "derived-row": "A row of an inventory that was computed from sessions, so that a run can make it again.",
  "generated-column": "A column whose values PostgreSQL computes by itself from another column of the row.",
  "invalid-index":
    "What a concurrent build leaves behind when it is stopped; PostgreSQL does not use it, a run builds it anew.",
  "not-valid": "Said of a constraint that holds for new rows while the old ones were never checked.",
  preflight: "What a run looks at before its first step: dependents, disk, types, and a sample of the documents.",
  census: "The sample of preflight: how many values of it no column of v16 could hold, and why.",
  verdict: "The end of a run: 16 is written only where no error is left, in the transaction that checked it.",
  ledger: "Counts and fingerprints of the honeypot data before and after a run: the proof that nothing was lost.",
  fingerprint: "A short checksum of rows or of the catalog; two that are equal stand for the same content.",
  gate: "One of four figures that ADR-007 asks for; a missed one is shown and never takes v16 back.",
  coverage: "The share of sessions and addresses for which the new columns hold a value.",
  journal: "Runs, phases and log lines as rows, for people to read; nothing is ever decided by it.",
  reset: "The way back to v15: one transaction that drops what v16 added, after a preview and the typed name.",
  paused: "Said of a run that the operator holds: it does nothing and keeps the database until it is resumed.",
  cancelled: "Said of a run that the operator ended: what it had committed stays.",
  interrupted:
    "Said of a run whose process went away: what it had committed stays, and it can be resumed under its number.",
  failed: "Said of a run in which a step gave up: the log has the error, the statement, and what to do.",
};

/** One word of Tidemark. */
export interface GlossaryEntry {
  id: TermId;
  /** As it stands in a sentence. */
  term: string;
  means: string;
}

/** The words with their meanings, in the order in which an operator meets them. */
export const GLOSSARY: readonly GlossaryEntry[] = (Object.keys(TERMS) as TermId[]).map((id) => ({
  id,
  term: TERMS[id][0],
  means: MEANINGS[id],
}));
