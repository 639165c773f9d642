import { sql } from "drizzle-orm";
import type pg from "pg";
import type { LogEvent, PhaseId, ProgressEvent, RunEvent } from "@/lib/contract";
import { consoleDb } from "@/lib/db/console-db";
import { runPhases, runs } from "@/lib/db/console-schema";
import { notifyRun, openLog } from "@/lib/logs/log-store";
import type { ClaimedRun } from "@/lib/migration/run/journal";

/** How a run speaks: everything is stored first, then shown to `onEvent` (the CLI) and to whoever follows the log. */
export interface RunReport {
  log(level: LogEvent["level"], phase: PhaseId | null, message: string): Promise<void>;
  progress(event: Omit<ProgressEvent, "type">): Promise<void>;
  /** Safe to call again: a phase is announced once a claim. */
  startPhase(phase: PhaseId): Promise<void>;
  finishPhase(phase: PhaseId, rows: number): Promise<void>;
  failPhase(): Promise<void>;
  emit(event: RunEvent): void;
}

/** At most two progress readings a second are stored; the numbers on screen change no faster. */
const PROGRESS_INTERVAL_MS = 500;

/** Opens the report of a claimed run on `pool`, never on the connection of a step: a rollback must not erase its log. */
export function openReport(pool: pg.Pool, run: ClaimedRun, onEvent: (event: RunEvent) => void): RunReport {
  const log = openLog(pool, { runId: run.id, epoch: run.epoch });
  const db = consoleDb(pool);
  const startedAt = new Map<PhaseId, number>();
  let current: PhaseId | null = null;
  let lastProgressAt = 0;

  function elapsedMs(phase: PhaseId): number {
    return Math.round(performance.now() - (startedAt.get(phase) ?? performance.now()));
  }

  async function setPhase(phase: PhaseId | null) {
    current = phase;
    await db.update(runs).set({ phase }).where(sql`${runs.id} = ${run.id} and ${runs.epoch} = ${run.epoch}`);
    await notifyRun(pool, run.id);
  }

  return {
    emit: onEvent,
    async log(level, phase, message) {
      onEvent(await log.write({ level, phase, message }));
    },
    async progress(event) {
      const now = performance.now();
      const isLast = event.done !== null && event.done === event.total;
      if (!isLast && now - lastProgressAt < PROGRESS_INTERVAL_MS) return;
      lastProgressAt = now;
      onEvent({ type: "progress", ...event });
      if (event.phase === null) return;
      const { done, total, rowsPerSecond, etaSeconds } = event;
      await db
        .update(runPhases)
        .set({ done, total, rowsPerSecond, etaSeconds })
        .where(sql`${runPhases.runId} = ${run.id} and ${runPhases.phase} = ${event.phase}`);
      await notifyRun(pool, run.id);
    },
    async startPhase(phase) {
      if (!startedAt.has(phase)) {
        startedAt.set(phase, performance.now());
        const begun = { state: "running" as const, finishedAt: null, durationMs: null };
        await db
          .insert(runPhases)
          .values({ runId: run.id, phase, startedAt: sql`clock_timestamp()`, ...begun })
          .onConflictDoUpdate({ target: [runPhases.runId, runPhases.phase], set: begun });
        onEvent({ type: "phase-started", phase });
      }
      await setPhase(phase);
    },
    async finishPhase(phase, rows) {
      const durationMs = elapsedMs(phase);
      await db
        .update(runPhases)
        .set({ state: "complete", finishedAt: sql`clock_timestamp()`, durationMs, rows, etaSeconds: null })
        .where(sql`${runPhases.runId} = ${run.id} and ${runPhases.phase} = ${phase}`);
      onEvent({ type: "phase-finished", phase, durationMs, rows });
      await setPhase(null);
    },
    async failPhase() {
      if (current === null) return;
      await db
        .update(runPhases)
        .set({ state: "failed", finishedAt: sql`clock_timestamp()`, durationMs: elapsedMs(current), etaSeconds: null })
        .where(sql`${runPhases.runId} = ${run.id} and ${runPhases.phase} = ${current}`);
    },
  };
}
