import type { PhaseId } from "@/lib/contract";

/** A circumstance that no declaration speaks of and that a run has to reckon with. */
export interface Hazard {
  /** Stored in finding ids: never rename. */
  name: string;
  phase: PhaseId | null;
  /** A run cannot begin while it is there. */
  isBlocking: boolean;
  /** What was seen. */
  live: string;
  message: string;
  remedy: string;
}
