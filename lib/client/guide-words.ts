/** A place in the recovery guide, and what Tidemark does there. */
export interface GuideAnswer {
  /** The guide's own words, which operators look for. */
  said: string;
  here: string;
  /** Page on which it is done, or null where there is nothing to do. */
  href: string | null;
  page: string;
}

/** The recovery guide from its beginning to its end, and where each part of it went. */
export const GUIDE_ANSWERS: readonly GuideAnswer[] = [
  {
    said: 'column "geo_country" does not exist · Can\'t operate on closed transaction inside context manager',
    here: "An earlier attempt left tables behind without their columns. Each missing, wrong or not generated column is a finding; Run migration repairs the tables in place, and plans an index only after its column.",
    href: "/",
    page: "Overview",
  },
  {
    said: "Incomplete ip_inventory schema detected. Drop table and re-run migration.",
    here: "Do not drop the table: Run migration brings it into the declared shape with every row kept. Only under TIDEMARK_ON_INCOMPLETE=strict does a run stop here, with this sentence.",
    href: "/",
    page: "Overview",
  },
  {
    said: "cleanup_v16_incomplete.sql, and the manual steps 3 to 6",
    here: "Reset to v15: everything that goes and everything that is lost for good first, then the typed name, then one transaction. The exact SQL can be copied.",
    href: "/",
    page: "Overview",
  },
  {
    said: "Check Current State",
    here: "Recorded version, observed state and five phases stand on top of every page of a database that can be worked on; on Schema is every table and column, with the indexes and constraints of session_summaries and the inventories.",
    href: "/schema",
    page: "Schema",
  },
  {
    said: "Verify Clean State",
    here: "A reset compares the catalog with the one from before, minus what was announced, and rolls everything back if they differ. The log of its run says so.",
    href: "/runs",
    page: "Runs",
  },
  {
    said: "uv run cowrie-db migrate · Expected Migration Output (Success)",
    here: "Run migration. Its log has the guide's lines word for word and in that order.",
    href: "/",
    page: "Overview",
  },
  {
    said: "relation ip_inventory does not exist",
    here: "Expected before phase 3: it will be created there. Nothing to do.",
    href: null,
    page: "",
  },
  {
    said: "cannot drop table because other objects depend on it",
    here: "The preview of a reset names them with their definitions. They go by name, after a tick of their own; CASCADE is never used.",
    href: "/",
    page: "Overview",
  },
  {
    said: "schema version is still v16 after cleanup",
    here: "Reset to v15 with nothing left to drop only writes 15: that is the whole fix.",
    href: "/",
    page: "Overview",
  },
  {
    said: "GENERATED columns can't be added with ALTER TABLE",
    here: "PostgreSQL can add them, so no table has to be dropped for it. Run migration does it in the transaction of the repair.",
    href: "/plan",
    page: "Plan",
  },
  {
    said: "Data Safety: NON-DESTRUCTIVE, replayable",
    here: "The ledger counts and fingerprints sessions, raw events and files before and after each run, and says which differences ingest explains.",
    href: "/coverage",
    page: "Coverage",
  },
  {
    said: "Testing After Recovery",
    here: "The version, the three counts and five rows of ip_inventory with their generated columns.",
    href: "/coverage",
    page: "Coverage",
  },
  {
    said: "Validate checkpoint criteria (>90% coverage, >75% API reduction)",
    here: "Four gates, each with value and threshold: passed, missed or unknown. Unknown is not passed.",
    href: "/coverage",
    page: "Coverage",
  },
];
