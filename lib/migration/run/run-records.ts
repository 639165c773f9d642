import { and, asc, desc, eq, inArray, sql } from "drizzle-orm";
import type pg from "pg";
import {
  ACTIVE_STATUSES,
  type ActiveRun,
  type PhaseId,
  phaseId,
  type RunDetail,
  type RunPhase,
  type RunStatus,
  type RunSummary,
} from "@/lib/contract";
import { auditEvents } from "@/lib/db/audit-schema";
import { consoleDb, hasJournal } from "@/lib/db/console-db";
import { runPhases, runs, setAside } from "@/lib/db/console-schema";
import { PHASE_TITLES } from "@/lib/inspection/ownership";
import { isRunLockHeld } from "@/lib/migration/run/lock";

type Connection = pg.Pool | pg.PoolClient | pg.Client;
type RunRow = typeof runs.$inferSelect;

/** How long a queued run may wait for a worker before the page says that none is there, in milliseconds. */
const UNCLAIMED_AFTER_MS = 10_000;

/** The run that holds the database, or null. A row whose process went away does not count. */
export async function readActiveRun(connection: Connection): Promise<ActiveRun | null> {
  if (!(await hasJournal(connection))) return null;
  const [row] = await consoleDb(connection)
    .select()
    .from(runs)
    .where(and(inArray(runs.status, [...ACTIVE_STATUSES]), sql`${runs.kind} <> 'verify'`))
    .limit(1);
  if (row === undefined) return null;
  const status = await presentStatus(connection, row);
  return status === "interrupted" ? null : toActiveRun({ ...row, status });
}

/** All runs, newest first. */
export async function readRuns(connection: Connection, limit = 200): Promise<RunSummary[]> {
  if (!(await hasJournal(connection))) return [];
  const rows = await consoleDb(connection).select().from(runs).orderBy(desc(runs.id)).limit(limit);
  const summaries: RunSummary[] = [];
  for (const row of rows) summaries.push(toSummary({ ...row, status: await presentStatus(connection, row) }));
  return summaries;
}

/** The newest run that takes the run lock, or null. */
export async function readNewestRun(connection: Connection): Promise<RunSummary | null> {
  const [row] = await consoleDb(connection)
    .select()
    .from(runs)
    .where(sql`${runs.kind} <> 'verify'`)
    .orderBy(desc(runs.id))
    .limit(1);
  return row === undefined ? null : toSummary(row);
}

/** Runs a worker may take by itself: queued ones, and those that a worker's graceful stop left behind. */
export async function readRunnable(connection: Connection, resumeLost: boolean): Promise<RunRow[]> {
  return consoleDb(connection)
    .select()
    .from(runs)
    .where(
      sql`${runs.kind} <> 'verify' and (${runs.status} = 'queued'
        or (${runs.id} = (select max(newest.id) from tidemark.runs as newest where newest.kind <> 'verify')
          and ${runs.status} = 'interrupted' and ${runs.kind} <> 'reset'
          and ((${runs.cause} = 'shutdown' and ${runs.startedBy} <> 'cli') or (${runs.cause} = 'lost' and ${resumeLost}))))`,
    )
    .orderBy(asc(runs.id))
    .limit(1);
}

/**
 * How long a run may be without both lock and heartbeat before it counts as lost, in milliseconds: a process whose
 * connection was cut comes back sooner.
 */
const LOST_AFTER_MS = 5_000;

const IS_SILENT = sql`coalesce(heartbeat_at, claimed_at, started_at)
  < clock_timestamp() - make_interval(secs => ${LOST_AFTER_MS / 1_000})`;

/** Whether a run says running although its process is silent and no session holds the run lock. */
export async function hasLostRun(connection: Connection): Promise<boolean> {
  const result = await consoleDb(connection)
    .select({ id: runs.id })
    .from(runs)
    .where(
      and(
        sql`${runs.kind} <> 'verify'`,
        inArray(runs.status, ["running", "pausing", "paused", "cancelling"]),
        IS_SILENT,
      ),
    )
    .limit(1);
  return result.length > 0 && !(await isRunLockHeld(connection));
}

/** One run as the web shows it, or null when there is none of that id. */
export async function readRun(connection: Connection, runId: number): Promise<RunDetail | null> {
  if (!(await hasJournal(connection))) return null;
  const db = consoleDb(connection);
  // By the clock that wrote the times: that of this process may be another.
  const [read] = await db
    .select({ row: runs, now: sql<Date>`clock_timestamp()`.mapWith(runs.startedAt) })
    .from(runs)
    .where(eq(runs.id, runId));
  if (read === undefined) return null;
  const { row, now } = read;
  const status = await presentStatus(connection, row);
  const phases = await db.select().from(runPhases).where(eq(runPhases.runId, runId));
  const reasons = await db
    .select({ reason: setAside.reason, count: sql<number>`count(*)::int` })
    .from(setAside)
    .where(eq(setAside.runId, runId))
    .groupBy(setAside.reason)
    .orderBy(setAside.reason);
  const ended = endOf({ ...row, status }) ?? (status === "interrupted" ? null : now);
  return {
    ...toSummary({ ...row, status }),
    cause: status === "interrupted" ? (row.cause ?? "lost") : null,
    phase: toPhaseId(row.phase),
    durationMs: ended === null ? null : Math.max(0, ended.getTime() - row.startedAt.getTime()),
    error: row.error,
    phases: PHASE_TITLES.map((phase) =>
      toRunPhase(
        phase,
        phases.find((candidate) => candidate.phase === phase.id),
      ),
    ),
    lastSeq: row.lastSeq,
    isUnclaimed: status === "queued" && now.getTime() - row.startedAt.getTime() > UNCLAIMED_AFTER_MS,
    setAside: reasons,
    speed: row.speed,
    workers: row.workers,
    slowBecause: status === "running" ? row.slowBecause : null,
    held: row.wish === "hold" && row.error === null ? await readHold(connection, runId) : null,
    until: row.until?.toISOString() ?? null,
    waiting: row.waiting,
  };
}

/** The newest pause that was asked for; one at the end of a window comes without. */
async function readHold(connection: Connection, runId: number): Promise<RunDetail["held"]> {
  const [asked] = await consoleDb(connection)
    .select({ by: auditEvents.actor, at: auditEvents.at, action: auditEvents.action })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.runId, runId),
        inArray(auditEvents.action, ["pause", "resume"]),
        eq(auditEvents.outcome, "done"),
      ),
    )
    .orderBy(desc(auditEvents.id))
    .limit(1);
  return asked?.action === "pause" ? { by: asked.by, since: asked.at.toISOString() } : null;
}

/** The status a row really has: one that says running while nobody holds the run lock is interrupted. */
async function presentStatus(connection: Connection, row: RunRow): Promise<RunStatus> {
  const claimsHolder = row.kind !== "verify" && ["running", "pausing", "paused", "cancelling"].includes(row.status);
  if (!claimsHolder || (await isRunLockHeld(connection))) return row.status;
  // The run may have ended between the two reads, or its process is about to come back.
  const [again] = await consoleDb(connection)
    .select({ status: runs.status, isSilent: sql<boolean>`${IS_SILENT}` })
    .from(runs)
    .where(eq(runs.id, row.id));
  return again === undefined || (again.status === row.status && again.isSilent) ? "interrupted" : again.status;
}

/** When a run ended. Of one whose process went away that is its last sign of life: it may be noticed hours later. */
export function endOf(row: Pick<RunRow, "status" | "cause" | "finishedAt" | "heartbeatAt">): Date | null {
  const isLost = row.status === "interrupted" && row.cause !== "shutdown";
  return isLost ? (row.heartbeatAt ?? row.finishedAt) : row.finishedAt;
}

function toSummary(row: RunRow): RunSummary {
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    startedAt: row.startedAt.toISOString(),
    finishedAt: endOf(row)?.toISOString() ?? null,
    startedBy: row.startedBy,
  };
}

function toActiveRun(row: RunRow): ActiveRun {
  const { id, kind, status, startedAt, startedBy } = toSummary(row);
  return { id, kind, status, phase: toPhaseId(row.phase), startedAt, startedBy };
}

function toPhaseId(phase: string | null): PhaseId | null {
  const parsed = phaseId.safeParse(phase);
  return parsed.success ? parsed.data : null;
}

function toRunPhase(phase: { id: PhaseId; title: string }, row: typeof runPhases.$inferSelect | undefined): RunPhase {
  return {
    id: phase.id,
    title: phase.title,
    state: row?.state ?? "waiting",
    startedAt: row?.startedAt.toISOString() ?? null,
    finishedAt: row?.finishedAt?.toISOString() ?? null,
    durationMs: row?.durationMs ?? null,
    rows: row?.rows ?? null,
    done: row?.done ?? null,
    total: row?.total ?? null,
    rowsPerSecond: row?.rowsPerSecond ?? null,
    etaSeconds: row?.etaSeconds ?? null,
  };
}
