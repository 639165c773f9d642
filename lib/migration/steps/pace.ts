import { setTimeout as delay } from "node:timers/promises";
import type { PhaseId, Speed } from "@/lib/contract";
import { toRunError } from "@/lib/db/database-error";
import { notifyRun } from "@/lib/logs/log-store";
import type { RunReport } from "@/lib/migration/run/report";
import type { RunContext } from "@/lib/migration/run/run-context";
import { moveBrake, RELEASED, restOf } from "@/lib/migration/steps/pace-brake";
import { HiddenError, type Pressure, type Signal, toSeconds } from "@/lib/migration/steps/pace-signal";
import { openSignals } from "@/lib/migration/steps/pace-signals";

/**
 * What each speed makes of the target duration of a batch, how long it rests after one, as a multiple of it, and whether
 * it uses more than one connection.
 */
const SPEEDS = {
  gentle: { target: 0.5, rest: 3, isParallel: false },
  normal: { target: 1, rest: 0, isParallel: true },
  fast: { target: 2, rest: 0, isParallel: true },
} as const satisfies Record<Speed, { target: number; rest: number; isParallel: boolean }>;

/** Batches of a sweep that makes room are so much smaller. */
const SLOW_TARGET = 0.5;

/** A run that rests can still be seen to move, in milliseconds. */
const LONGEST_REST_MS = 2_000;

/** How often is looked at how others fare, and how often the figures of a reason are stored anew, in milliseconds. */
const LOOK_INTERVAL_MS = 1_000;
const REASON_INTERVAL_MS = 5_000;

/** How a sweep goes right now: what the operator asks for, held back while others are pressed. */
export interface Pace {
  /** Why it makes room for others; null: it does not. */
  readonly slowBecause: string | null;
  /** Connections it may use. */
  readonly workers: number;
  /** Target duration of a batch, in milliseconds. */
  readonly targetMs: number;
  /** How long a batch of that duration is followed by rest, in milliseconds. */
  restAfter(durationMs: number): number;
  /** Ends the look at others. */
  close(): Promise<void>;
}

/** Signals that cannot be seen in a run: said once, however many sweeps it makes. */
const hiddenFrom = new WeakMap<RunReport, Set<string>>();

/** Begins to look, once a second and outside the batches, whether the sweep of `phase` presses others. */
export function watchPace(context: RunContext, phase: PhaseId): Pace {
  const { control, limits, pool, report, run } = context;
  const closing = new AbortController();
  const hidden = hiddenFrom.get(report) ?? new Set<string>();
  hiddenFrom.set(report, hidden);
  const signals = openSignals(context);
  let brake = RELEASED;
  let slowSince = 0;
  let shown: string | null = null;
  let shownAt = 0;

  async function look(): Promise<void> {
    const pressures: Pressure[] = [];
    for (const signal of signals.filter(({ what }) => !hidden.has(what))) {
      const pressure = await signal.read().catch((cause: unknown) => giveUp(signal, cause));
      if (pressure !== null) pressures.push(pressure);
    }
    const before = brake;
    brake = moveBrake(brake, pressures);
    if (before.level === 0 && brake.level > 0) {
      slowSince = performance.now();
      await report.log("warn", phase, `Slowing down: ${brake.reason}`);
    }
    if (before.level > 0 && brake.level === 0) await report.log("info", phase, describeEnd());
    await show();
  }

  /** What cannot be seen is not looked at again. Anything else that is in the way may have gone by the next look. */
  async function giveUp(signal: Signal, cause: unknown): Promise<null> {
    const { sqlstate, message } = toRunError(cause);
    if (!(cause instanceof HiddenError) && sqlstate?.startsWith("42") !== true) return null;
    hidden.add(signal.what);
    const line = `${signal.what} cannot be seen, so the sweep does not slow down for it (${message}); to have it seen: grant pg_monitor`;
    await report.log("debug", phase, line);
    return null;
  }

  /** Figures in a reason change with each look; they are stored less often than that. */
  async function show(): Promise<void> {
    if (brake.reason === shown) return;
    const isTurn = brake.reason === null || shown === null;
    if (!isTurn && performance.now() - shownAt < REASON_INTERVAL_MS) return;
    shown = brake.reason;
    shownAt = performance.now();
    await pool.query("update tidemark.runs set slow_because = $3 where id = $1 and epoch = $2", [
      run.id,
      run.epoch,
      shown,
    ]);
    await notifyRun(pool, run.id);
  }

  const describeEnd = () => `No longer slow, after ${toSeconds(performance.now() - slowSince)}`;

  async function watch(): Promise<void> {
    while (!closing.signal.aborted) {
      // Whatever goes wrong here is no failure of the sweep; a look that cannot be had changes nothing.
      if (!control.isPaused) await look().catch(() => {});
      await delay(LOOK_INTERVAL_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  const watching = watch();
  return {
    get slowBecause() {
      return brake.reason;
    },
    get workers() {
      const isAlone = brake.level > 0 || !SPEEDS[control.speed].isParallel;
      return isAlone ? 1 : (control.workers ?? limits.parallelism);
    },
    get targetMs() {
      return limits.batchTargetMs * SPEEDS[control.speed].target * (brake.level > 0 ? SLOW_TARGET : 1);
    },
    restAfter(durationMs) {
      return Math.min(LONGEST_REST_MS, durationMs * Math.max(SPEEDS[control.speed].rest, restOf(brake)));
    },
    async close() {
      closing.abort();
      await watching;
      if (brake.level === 0) return;
      brake = RELEASED;
      await report.log("info", phase, describeEnd()).catch(() => {});
      await show().catch(() => {});
    },
  };
}
