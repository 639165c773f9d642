/** Exact counts of the honeypot data at one moment. */
export interface LedgerCounts {
  sessions: number;
  /** Null where the database has no `raw_events` or the role may not read it. */
  rawEvents: number | null;
}
