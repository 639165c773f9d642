/** Pages of the first batch: about 1,000 sessions with documents out of line. */
export const FIRST_BATCH_PAGES = 32;
const LARGEST_BATCH_PAGES = 1_024;

/** What one session is taken to cost until a batch has shown it, in milliseconds: on the high side. */
const UNKNOWN_COST_MS = 0.1;

/** Sessions a batch has to change for its duration to say what one costs. */
const TELLING_SESSIONS = 100;

/** How many times its target a batch may take that comes upon nothing but open sessions. */
const MOST_OVER_TARGET = 2;

/** Pages a batch, adapted to what batches take. */
export interface BatchSize {
  /** Of the next batch. */
  readonly pages: number;
  /** Takes in what a batch took, in milliseconds, and what the next one is to take. */
  learn(batch: { pages: number; changed: number; durationMs: number }, targetMs: number): void;
}

/**
 * Steers batches towards their target duration, at most halved or doubled at a time. Pages that are swept already cost
 * next to nothing: a batch never grows so large on them that the first open ones behind them hold up a writer.
 */
export function adaptBatchSize(sessionsPerPage: number): BatchSize {
  let pages = FIRST_BATCH_PAGES;
  let costMs = UNKNOWN_COST_MS;
  return {
    get pages() {
      return pages;
    },
    learn(batch, targetMs) {
      if (batch.changed >= TELLING_SESSIONS) costMs = batch.durationMs / batch.changed;
      const factor = Math.min(2, Math.max(0.5, targetMs / Math.max(1, batch.durationMs)));
      const most = (MOST_OVER_TARGET * targetMs) / (costMs * Math.max(1, sessionsPerPage));
      pages = Math.max(1, Math.round(Math.min(LARGEST_BATCH_PAGES, most, batch.pages * factor)));
    },
  };
}
