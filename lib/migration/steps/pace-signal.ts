/** How hard others are pressed, as one signal shows it. */
export interface Pressure {
  /** As a multiple of its limit: above 1 the sweep makes room. */
  share: number;
  /** Behind "slow because", e.g. `replica standby1 is 12 s behind (limit 10 s)`. */
  reason: string;
}

/** One thing that shows how hard others are pressed by a sweep. */
export interface Signal {
  /** What cannot be seen where the role has no right to, for the log. */
  what: string;
  /**
   * Looks; null where there is nothing to see. Cheap, and waits for no lock.
   *
   * @throws {HiddenError}, or what PostgreSQL says, where the role may not look.
   */
  read(): Promise<Pressure | null>;
}

/** PostgreSQL shows NULL instead of what is asked for. */
export class HiddenError extends Error {
  override readonly name = "HiddenError";
}

/** `12 s`, `0.4 s`. */
export function toSeconds(ms: number): string {
  return `${ms < 10_000 ? Number((ms / 1_000).toFixed(1)) : Math.round(ms / 1_000)} s`;
}
