import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import type { RunError, Speed } from "@/lib/contract";
import { isConnectionLoss } from "@/lib/db/connection-loss";
import type { RunWish } from "@/lib/db/console-schema";
import { notifyRun } from "@/lib/logs/log-store";
import { RunCancelledError, RunStoppedError, RunTakenOverError } from "@/lib/migration/errors";
import { isDiskFull, untilRoom } from "@/lib/migration/run/disk-full";
import type { ClaimedRun } from "@/lib/migration/run/journal";
import type { RunReport } from "@/lib/migration/run/report";

/** How often a run says that it is alive and asks what is wanted of it, in milliseconds. */
const BEAT_MS = 500;

/** An answer younger than this is not asked for again, in milliseconds. */
const FRESH_MS = 50;

/** What is wanted of a run under way: by the operator, by its maintenance window, by the process that executes it. */
export interface RunControl {
  /** Aborts when the run has to end here; its reason says why. */
  readonly signal: AbortSignal;
  readonly speed: Speed;
  /** Connections that a sweep is to use; null: as this process is set. */
  readonly workers: number | null;
  /** Whether the run is to pause: a statement that was cancelled for it is sent again afterwards. */
  readonly isHeld: boolean;
  /** Whether it has paused: nothing of it is under way. */
  readonly isPaused: boolean;
  /** Time spent paused so far, in milliseconds. */
  readonly heldMs: number;
  /** When the database last answered, as `performance.now()` counts. */
  readonly answeredAt: number;
  /**
   * To be called between any two pieces of work: waits while the run is paused.
   *
   * @throws {RunStoppedError}, {RunCancelledError}, {RunTakenOverError}; a lost connection where it ends meanwhile.
   */
  checkpoint(): Promise<void>;
  /**
   * Pauses the run by itself, with `error` to be shown until somebody resumes it. Where the server has no room even for
   * that, it holds all the same and stores it once there is some.
   *
   * @throws as `checkpoint`.
   */
  pauseFor(error: RunError): Promise<void>;
  /** The quickest heartbeat since the last call, in milliseconds; null without one. */
  takeQuickestBeat(): number | null;
  /** Names the connection that holds the run lock: a paused run sends nothing on it and would not notice its end. */
  watch(client: pg.Client): void;
  /** Ends the heartbeat. */
  close(): Promise<void>;
}

/** Starts the heartbeat of a claimed run. `signal` aborts when the process is asked to stop. */
export function openControl(pool: pg.Pool, run: ClaimedRun, report: RunReport, signal: AbortSignal): RunControl {
  const ending = new AbortController();
  const closing = new AbortController();
  const changes = new EventTarget();
  let wish: RunWish = "go";
  let speed: Speed = "normal";
  let workers: number | null = null;
  let quickestMs: number | null = null;
  let heldMs = 0;
  let answeredAt = performance.now();
  let holding: Promise<void> | null = null;
  let watched = { isOpen: true };

  const stop = () => ending.abort(new RunStoppedError());
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });

  async function beat(): Promise<void> {
    const askedAt = performance.now();
    const { rows } = await pool.query<Beat>(BEAT_SQL, [run.id, run.epoch]).catch((cause: unknown) => {
      if (isDiskFull(cause)) answeredAt = performance.now();
      throw cause;
    });
    answeredAt = performance.now();
    quickestMs = Math.min(quickestMs ?? Number.POSITIVE_INFINITY, answeredAt - askedAt);
    const [seen] = rows;
    if (seen === undefined) return ending.abort(new RunTakenOverError(run.id));
    if (seen.is_window_over) {
      await pool.query(
        `update tidemark.runs
         set wish = 'hold', status = case status when 'running' then 'pausing' else status end
         where id = $1 and epoch = $2 and wish = 'go'`,
        [run.id, run.epoch],
      );
      await report.log("info", null, "The maintenance window has ended: the run pauses until it is resumed");
      seen.wish = "hold";
    }
    speed = seen.speed;
    workers = seen.workers;
    if (seen.wish !== wish) {
      wish = seen.wish;
      changes.dispatchEvent(new Event("change"));
    }
    if (wish === "cancel") ending.abort(new RunCancelledError());
  }

  async function live(): Promise<void> {
    while (!closing.signal.aborted) {
      await beat().catch((cause: unknown) => {
        // The run itself meets the lost connection and waits for the database, or the full disk and pauses.
        if (!isConnectionLoss(cause) && !isDiskFull(cause)) ending.abort(cause);
      });
      await delay(BEAT_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  /** What an operator has to see is stored in the end, however full the disk is. */
  const store = (write: () => Promise<unknown>) => untilRoom(write, ending.signal);

  async function hold(): Promise<void> {
    const heldSince = performance.now();
    await store(() => setStatus("pausing", "paused"));
    await store(() => report.log("info", null, "Paused; the run keeps its lock, and what is done stays done"));
    try {
      while (wish === "hold" && !ending.signal.aborted && watched.isOpen) await nextChange();
    } finally {
      heldMs += performance.now() - heldSince;
    }
    ending.signal.throwIfAborted();
    if (!watched.isOpen) throw new Error("Connection terminated while the run was paused");
    await store(() => setStatus("paused", "running"));
    await report.log("info", null, "Resumed");
  }

  function nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const heard = new AbortController();
      const done = () => {
        heard.abort();
        resolve();
      };
      changes.addEventListener("change", done, { signal: heard.signal });
      ending.signal.addEventListener("abort", done, { signal: heard.signal });
    });
  }

  async function setStatus(from: string, to: string): Promise<void> {
    await pool.query(`update tidemark.runs set status = $4 where id = $1 and epoch = $2 and status = $3`, [
      run.id,
      run.epoch,
      from,
      to,
    ]);
    await notifyRun(pool, run.id);
  }

  // The first answer is awaited by the first checkpoint, so that a run paused beforehand does nothing.
  const first = beat().catch(() => {});
  const living = first.then(live);
  return {
    signal: ending.signal,
    get speed() {
      return speed;
    },
    get workers() {
      return workers;
    },
    get isHeld() {
      return wish === "hold";
    },
    get isPaused() {
      return holding !== null;
    },
    get heldMs() {
      return heldMs;
    },
    get answeredAt() {
      return answeredAt;
    },
    async checkpoint() {
      await first;
      // Asked anew, so that a wish takes effect at the next boundary and not a heartbeat later.
      if (performance.now() - answeredAt > FRESH_MS) await beat().catch(() => {});
      ending.signal.throwIfAborted();
      if (wish !== "hold") return;
      // Several connections of one run pause together.
      holding ??= hold().finally(() => {
        holding = null;
      });
      await holding;
    },
    async pauseFor(error) {
      await store(() => pool.query(HOLD_SQL, [run.id, run.epoch, JSON.stringify(error)]));
      const said = `${error.sqlstate ?? ""} ${error.message}`.trim();
      await store(() => report.log("error", null, `${said}. The run pauses by itself. ${error.remedy ?? ""}`));
      await store(beat);
    },
    takeQuickestBeat() {
      const taken = quickestMs;
      quickestMs = null;
      return taken;
    },
    watch(client) {
      const watching = { isOpen: true };
      watched = watching;
      client.once("end", () => {
        watching.isOpen = false;
        changes.dispatchEvent(new Event("change"));
      });
    },
    async close() {
      signal.removeEventListener("abort", stop);
      closing.abort();
      await living;
    },
  };
}

interface Beat {
  wish: RunWish;
  speed: Speed;
  workers: number | null;
  is_window_over: boolean | null;
}

const BEAT_SQL = `update tidemark.runs set heartbeat_at = clock_timestamp()
where id = $1 and epoch = $2
returning wish, speed, workers, until <= clock_timestamp() and wish = 'go' as is_window_over`;

const HOLD_SQL = `update tidemark.runs
set wish = 'hold', error = $3, status = case status when 'running' then 'pausing' else status end
where id = $1 and epoch = $2 and wish <> 'cancel'`;
