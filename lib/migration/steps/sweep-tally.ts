import type { PhaseId } from "@/lib/contract";
import type { SweepStep } from "@/lib/migration/phase";
import type { RunContext } from "@/lib/migration/run/run-context";
import type { Pace } from "@/lib/migration/steps/pace";
import type { BatchResult } from "@/lib/migration/steps/sweep-batch";

/** How often a sweep says how far it is, in milliseconds. */
const LOG_INTERVAL_MS = 5_000;

/** So long after the last batch, and so often, the pace is told anew: what was said by then is no longer true; in milliseconds. */
const SILENT_MS = 2_000;
const BEAT_MS = 1_000;

/** The pace is that of so long, or of the last batch where that took longer, in milliseconds. */
const PACE_WINDOW_MS = 15_000;

/** From here on a duration is told in seconds, in milliseconds. */
const LONG_MS = 10_000;

/** Adds up the batches of one sweep, and says how far it is. */
export interface SweepTally {
  add(done: BatchResult, batch: { pages: number; durationMs: number }): Promise<void>;
  /** The last words; gives the sessions changed. */
  finish(): Promise<number>;
  /** Ends the beat, also of a sweep that failed. */
  close(): Promise<void>;
}

/** Begins to count. Time spent paused counts neither for the pace nor for the time left. */
export function tallySweep(context: RunContext, phase: PhaseId, step: SweepStep, pace: Pace): SweepTally {
  const { control, report } = context;
  const total = step.sessions;
  const sweptBefore = total - (step.rows ?? 0);
  const startedAt = performance.now() - control.heldMs;
  /** What was done by when: from the last one before the window on. */
  const marks: Mark[] = [{ atMs: 0, changed: 0 }];
  let changed = 0;
  let setAside = 0;
  let lastLogAt = performance.now();
  let lastBatchAt = performance.now();
  let telling: Promise<void> = Promise.resolve();

  async function tellPace(): Promise<number> {
    const now = { atMs: performance.now() - control.heldMs - startedAt, changed };
    const rowsPerSecond = readRate(marks, now);
    if (changed > (marks.at(-1)?.changed ?? 0)) marks.push(now);
    // Sessions that arrive meanwhile may raise the sum above what was counted: never past the total before the end.
    const reached = Math.min(sweptBefore + changed, total);
    await report.progress({
      phase,
      done: reached,
      total,
      rowsPerSecond: Math.round(rowsPerSecond),
      etaSeconds: rowsPerSecond > 0 ? Math.round((total - reached) / rowsPerSecond) : null,
      slowBecause: pace.slowBecause,
    });
    return rowsPerSecond;
  }

  // While a batch takes long, the rate falls and the time left grows, instead of standing still.
  const beat = setInterval(() => {
    const isMoving = performance.now() - lastBatchAt < SILENT_MS;
    if (isMoving || control.isPaused || control.signal.aborted) return;
    // Of no matter for the sweep: the next batch tells it again.
    telling = tellPace().then(
      () => {},
      () => {},
    );
  }, BEAT_MS);

  return {
    async add(done, batch) {
      changed += done.changed;
      setAside += done.setAside;
      lastBatchAt = performance.now();
      const rowsPerSecond = await tellPace();
      if (performance.now() - lastLogAt < LOG_INTERVAL_MS) return;
      lastLogAt = performance.now();
      const size = `batch of ${batch.pages} ${batch.pages === 1 ? "page" : "pages"} in ${formatMs(batch.durationMs)}`;
      await report.log(
        "info",
        phase,
        `${format(changed)} sessions, ${format(Math.round(rowsPerSecond))} rows/s, ${size}`,
      );
    },
    async finish() {
      await report.log("info", phase, `${format(changed)} sessions swept`);
      if (setAside > 0) await report.log("warn", phase, `Set aside ${format(setAside)} values`);
      return changed;
    },
    async close() {
      clearInterval(beat);
      await telling;
    },
  };
}

interface Mark {
  /** Since the sweep began, pauses left out. */
  atMs: number;
  changed: number;
}

/** Sessions a second of late; drops the marks that no longer count. */
function readRate(marks: Mark[], now: Mark): number {
  const isPast = ({ atMs, changed }: Mark) => atMs <= now.atMs - PACE_WINDOW_MS && changed < now.changed;
  while (marks[1] !== undefined && isPast(marks[1])) marks.shift();
  const [since = now] = marks;
  return now.atMs === since.atMs ? 0 : (1_000 * (now.changed - since.changed)) / (now.atMs - since.atMs);
}

const formatMs = (ms: number) => (ms < LONG_MS ? `${format(Math.round(ms))} ms` : `${(ms / 1_000).toFixed(1)} s`);
const format = (value: number) => value.toLocaleString("en-US");
