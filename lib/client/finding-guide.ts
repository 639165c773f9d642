import type { Finding } from "@/lib/contract";

/** What a kind of finding means, each part in full sentences. */
export interface FindingEntry {
  means: string;
  /** How it comes about. */
  comes: string;
  /** What to do about it. */
  remedy: string;
}

/** Every kind of finding. THE list: the Help page and docs/findings.md have the same words. */
export const FINDING_GUIDE: Record<Finding["kind"], FindingEntry> = {
  "missing-table": {
    means: "A table of v16 is not there.",
    comes: "Before its phase this is expected. Later, somebody dropped it, or a first attempt died before it.",
    remedy:
      "Run the migration: phase 2 makes asn_inventory, phase 3 ip_inventory, each filled from the sessions, and ip_asn_history, which stays empty.",
  },
  "missing-column": {
    means: "A table of v16, or session_summaries, lacks a column.",
    comes:
      "The phase that adds it has not run, an attempt died half-way, or the application's ORM made the table in its own shape.",
    remedy: "Run the migration: it adds the column in place and fills it; no table has to be dropped.",
  },
  "not-generated": {
    means: "A column is plain where v16 computes it from the document.",
    comes:
      "The table comes from the application's ORM, which knows no generated columns: its values never follow the document.",
    remedy: "Run the migration: it drops the plain column and adds it GENERATED in one ALTER TABLE, every row kept.",
  },
  "wrong-expression": {
    means: "A generated column is computed by another expression than declared.",
    comes: "An earlier attempt, or another version of the application's migration, made it.",
    remedy:
      "Run the migration: it drops the column and adds it with the declared expression, computed anew for every row.",
  },
  "wrong-type": {
    means: "A column has another type than declared.",
    comes:
      "The ORM's idea of the table (json for jsonb, inet for text), or timestamps of an old database without time zone.",
    remedy:
      "Run the migration: inventories are converted in place, a column of session_summaries through a new one beside it; what the type cannot hold is set aside.",
  },
  "wrong-nullability": {
    means: "A column may be NULL where v16 forbids it, or the other way round.",
    comes: "The table was made by hand or by the ORM.",
    remedy:
      "Run the migration: it fills what is NULL and sets NOT NULL; where v16 allows NULL, it takes NOT NULL away. The column stays.",
  },
  "wrong-default": {
    means: "A column has another default than declared, or none.",
    comes: "The table was made by hand or by the ORM, which keeps defaults in the application.",
    remedy: "Run the migration: it sets the declared default; rows that are there stay as they are.",
  },
  "missing-index": {
    means: "An index of v16 is not there.",
    comes: "Its phase has not run, or somebody dropped it; after a retype that was interrupted, also an index of v15.",
    remedy: "Run the migration: it builds the index concurrently, and ingest goes on.",
  },
  "invalid-index": {
    means: "An index is there and PostgreSQL does not use it.",
    comes: "A concurrent build was cancelled or failed, and left its half behind under the final name.",
    remedy: "Run the migration: it drops the half and builds the index again, both concurrently.",
  },
  "different-index": {
    means: "An index of a declared name has another definition.",
    comes: "Somebody built it by hand on other columns, or with another method.",
    remedy:
      "Rename it if you want to keep it; then run the migration, which drops what has the name and builds the declared one.",
  },
  "missing-constraint": {
    means: "A check, key or foreign key of v16 is not there.",
    comes: "Its phase has not run, or somebody dropped it, often together with a table by CASCADE.",
    remedy: "Run the migration: it adds the constraint NOT VALID, then validates it while ingest goes on.",
  },
  "different-constraint": {
    means: "A constraint of a declared name says something else.",
    comes: "It was made by hand, or by another version of the application's migration.",
    remedy: "Run the migration: it drops the constraint, adds the declared one and validates it.",
  },
  "unvalidated-constraint": {
    means: "A constraint is NOT VALID: rows from before it were never checked.",
    comes: "An attempt ended between adding and validating it.",
    remedy: "Run the migration: it validates the constraint without blocking ingest, or names the rows in the way.",
  },
  "missing-function": {
    means: "A function that generated columns call is not there.",
    comes: "Phase 3 has not run, or somebody dropped it with its columns.",
    remedy: "Run the migration: phase 3 makes it.",
  },
  "different-function": {
    means: "A function of v16 has another body or owner than declared.",
    comes: "It comes from another version of Tidemark, or somebody replaced it.",
    remedy:
      "Run the migration: it makes the function anew, and the generated columns too, since replacing a function computes nothing again.",
  },
  "missing-grant": {
    means: "A table or function of v16 lacks the owner or the grants of session_summaries.",
    comes: "It was made by a role that the application is not a member of; the application would meet 42501 there.",
    remedy: "Run the migration: it gives it the owner and the grants of session_summaries.",
  },
  "extra-object": {
    means: "Something in our tables is not part of v16.",
    comes: "Somebody added it: a column, an index, a constraint or a function of their own.",
    remedy: "Nothing: a migration never touches it. A reset drops an inventory with all that is on it.",
  },
  "dependent-object": {
    means: "Something of others stands on an object that a run or a reset touches.",
    comes: "A view, a rule, a function or a foreign key was built on our tables.",
    remedy:
      "As long as it is no error, nothing. As an error it is in the way of a repair: agree to have it made again, or drop it yourself and make it again afterwards.",
  },
  "open-rows": {
    means: "Sessions have no snapshot yet.",
    comes:
      "Ingest wrote them after the sweep passed, or no sweep has ever come to its end: then 16 may be recorded over empty columns.",
    remedy:
      "Before the first migration that is every session, and the migration sweeps them. Later a catch-up takes a few; where it is an error, run the migration. TIDEMARK_CATCH_UP_EVERY lets a worker catch up by itself.",
  },
  "wrong-version": {
    means: "The recorded version and what the database shows contradict each other.",
    comes: "A cleanup by hand left 16 written down, or all of v16 is there and 15 is still recorded.",
    remedy:
      "Nothing of v16 there: reset to v15, which then only writes 15. A part of it or all of it there: run the migration, which adds what is missing, checks, and writes 16.",
  },
  hazard: {
    means: "A circumstance would stop, slow down or surprise a run.",
    comes:
      "An old transaction, a trigger, a publication, row-level security, a limit on temporary files, a name that is taken.",
    remedy:
      "The finding names it and its remedy. As a warning a run begins and says so, and what it raises then stops the run; as an error it has to be mended first.",
  },
};

/** Where the Help page says what a kind of finding means. */
export function findingHref(kind: Finding["kind"]): string {
  return `/help#finding-${kind}`;
}
