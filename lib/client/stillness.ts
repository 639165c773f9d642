import type { RunPhase } from "@/lib/contract";

/** A batch takes a fraction of a second: figures that stand still for so long tell nothing of now, in milliseconds. */
const STILL_MS = 5_000;

/** The figures of a phase, and since when they are these. */
interface WatchedFigures {
  /** Null while no phase is at work. */
  reading: string | null;
  /** Milliseconds since 1970. */
  since: number;
}

/** The figures as they are now; the very same object while they stand still. Pure. */
export function watchFigures(
  before: WatchedFigures | null,
  phase: Pick<RunPhase, "id" | "done" | "rowsPerSecond" | "etaSeconds"> | null,
  now: number,
): WatchedFigures {
  const isRead = phase !== null && phase.rowsPerSecond !== null;
  const reading = isRead ? `${phase.id} ${phase.done} ${phase.rowsPerSecond} ${phase.etaSeconds}` : null;
  return before?.reading === reading ? before : { reading, since: now };
}

/** For how long figures have stood still, in milliseconds; 0 while they move, and where there are none. Pure. */
export function toStillMs({ reading, since }: WatchedFigures, now: number): number {
  return reading === null || now - since < STILL_MS ? 0 : now - since;
}
