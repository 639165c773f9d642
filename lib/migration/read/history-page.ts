import type pg from "pg";
import {
  type ComparedRun,
  type PhaseId,
  phaseId,
  type RunError,
  type RunHistory,
  type RunKind,
  type RunOutcomeName,
  type RunPhase,
  type RunStatus,
} from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { hasJournal } from "@/lib/db/console-db";
import { withPooledClient } from "@/lib/db/pool";
import { PHASE_TITLES } from "@/lib/inspection/ownership";
import { readable } from "@/lib/migration/read/history";
import { HISTORY_COUNTS_SQL, HISTORY_PHASES_SQL, HISTORY_RUNS_SQL } from "@/lib/migration/read/history-sql";
import { endOf, hasLostRun } from "@/lib/migration/run/run-records";

/** What is shown of the journal; what is left out narrows nothing. */
export interface RunFilter {
  kind?: RunKind;
  outcome?: RunOutcomeName;
}

/**
 * A page of the journal, newest first, each run and phase beside the median of earlier runs of its kind that succeeded;
 * empty where nothing was ever run.
 *
 * @param page.before only runs with a smaller id; left out: from the newest on.
 * @throws {RefusalError} `not-eligible` where this role may not read the journal.
 */
export function readRunHistory(
  target: DatabaseTarget,
  page: { filter: RunFilter; before?: number; limit: number },
): Promise<RunHistory> {
  return readable(() => withPooledClient(target, (client) => readPage(client, page)));
}

async function readPage(
  client: pg.PoolClient,
  { filter, before, limit }: { filter: RunFilter; before?: number; limit: number },
): Promise<RunHistory> {
  if (!(await hasJournal(client))) return { runs: [], total: 0, matching: 0, next: null };
  const narrowed = [await hasLostRun(client), filter.kind ?? null, toStatuses(filter.outcome)];
  const counts = await client.query<{ total: number; matching: number }>(HISTORY_COUNTS_SQL, narrowed);
  // One more than is shown tells whether there is a next page.
  const read = await client.query<RunRow>(HISTORY_RUNS_SQL, [...narrowed, before ?? null, limit + 1]);
  const rows = read.rows.slice(0, limit);
  const phases = await client.query<PhaseRow>(HISTORY_PHASES_SQL, [rows.map(({ id }) => id)]);
  const { total = 0, matching = 0 } = counts.rows[0] ?? {};
  return {
    runs: rows.map((row) => toComparedRun(row, phases.rows)),
    total,
    matching,
    next: read.rows.length > limit ? (rows.at(-1)?.id ?? null) : null,
  };
}

/** Which stored statuses an outcome stands for; null: all. */
function toStatuses(outcome: RunOutcomeName | undefined): RunStatus[] | null {
  if (outcome === undefined) return null;
  return outcome === "under-way" ? ["queued", "running", "pausing", "paused", "cancelling"] : [outcome];
}

interface UsualRow {
  usual_runs: number;
  usual_duration: number | null;
  usual_rows?: number | null;
}

interface RunRow extends UsualRow {
  id: number;
  kind: RunKind;
  status: RunStatus;
  cause: "shutdown" | "lost" | null;
  started_at: Date;
  finished_at: Date | null;
  heartbeat_at: Date | null;
  started_by: string;
  phase: string | null;
  error: RunError | null;
}

interface PhaseRow extends UsualRow {
  run_id: number;
  phase: string;
  state: Exclude<RunPhase["state"], "waiting">;
  duration_ms: number | null;
  rows: number | null;
}

function toComparedRun(row: RunRow, phases: readonly PhaseRow[]): ComparedRun {
  const own = phases.filter(({ run_id }) => run_id === row.id);
  // A run that ended clears its phase: which one stopped it, its phases say.
  const stopped = own.findLast(({ state }) => state !== "complete")?.phase ?? row.phase;
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    cause: row.status === "interrupted" ? (row.cause ?? "lost") : null,
    startedAt: row.started_at.toISOString(),
    finishedAt: endOf({ ...row, finishedAt: row.finished_at, heartbeatAt: row.heartbeat_at })?.toISOString() ?? null,
    startedBy: row.started_by,
    phase: toPhaseId(stopped),
    error: row.error,
    usual: toUsual(row),
    phases: PHASE_TITLES.flatMap(({ id, title }) => {
      const phase = own.find((candidate) => candidate.phase === id);
      if (phase === undefined) return [];
      const { state, duration_ms: durationMs, rows } = phase;
      return [{ id, title, state, durationMs, rows, usual: toUsual(phase) }];
    }),
  };
}

function toUsual({ usual_runs: runs, usual_duration: durationMs, usual_rows: rows = null }: UsualRow) {
  return durationMs === null ? null : { runs, durationMs, rows };
}

function toPhaseId(phase: string | null): PhaseId | null {
  const parsed = phaseId.safeParse(phase);
  return parsed.success ? parsed.data : null;
}
