import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import type { LogEvent, PhaseId } from "@/lib/contract";
import { isConnectionLoss } from "@/lib/db/connection-loss";
import { redact } from "@/lib/redact";

/** Channel of the doorbell: its payload is a run id, never a message. */
export const LOG_CHANNEL = "tidemark_log";

/** Pauses before a line is tried again after its connection was lost, in milliseconds. */
const RETRY_AFTER_MS = [100, 500, 2_000] as const;

/** Another process claimed the run since: nothing of this one is stored any more. */
export class StaleEpochError extends Error {
  override readonly name = "StaleEpochError";

  constructor(runId: number, epoch: number) {
    super(`Run ${runId} is no longer at epoch ${epoch}: another worker holds it.`);
  }
}

/** A line to store; control characters and newlines are kept, a NUL becomes U+FFFD, passwords are masked. */
export interface LogLine {
  level: LogEvent["level"];
  phase: PhaseId | null;
  message: string;
}

/** The one writer of a run's log. */
export interface LogWriter {
  /**
   * Stores a line under the next `seq` and rings the doorbell. Lines keep the order of the calls, awaited or not; a
   * lost connection is tried again without doubling the line.
   *
   * @throws {StaleEpochError} once another worker claimed the run.
   */
  write(line: LogLine): Promise<LogEvent>;
}

/** Opens the log of a claimed run. `pool` must not be the connection of a step: a line outlives the step's rollback. */
export function openLog(pool: pg.Pool, run: { runId: number; epoch: number }): LogWriter {
  let last: Promise<unknown> = Promise.resolve();
  let lastSeq: number | null = null;
  return {
    write(line) {
      const stored = last.then(async () => {
        const event = await storeOnce(pool, run, { ...line, message: toStorable(line.message) }, lastSeq);
        lastSeq = event.seq;
        return event;
      });
      // A failed line is its caller's to see; the next one is tried all the same.
      last = stored.catch(() => {});
      return stored;
    },
  };
}

/** Wakes everyone who follows the run: for changes of its row or phases, which are no log lines. */
export async function notifyRun(connection: pg.Pool | pg.ClientBase, runId: number): Promise<void> {
  await connection.query("select pg_notify($1, $2)", [LOG_CHANNEL, String(runId)]);
}

/** Lines of a run after `afterSeq` (0: from the first), oldest first, at most `limit`. */
export async function readLog(
  connection: pg.Pool | pg.ClientBase,
  runId: number,
  { afterSeq, limit }: { afterSeq: number; limit: number },
): Promise<LogEvent[]> {
  const { rows } = await connection.query<LogRow>(
    `select seq, at, level, phase, message
     from tidemark.log_lines
     where run_id = $1 and seq > $2
     order by seq
     limit $3`,
    [runId, afterSeq, limit],
  );
  return rows.map(toLogEvent);
}

interface LogRow extends LogLine {
  seq: number | string;
  at: Date;
}

function toLogEvent({ seq, at, level, phase, message }: LogRow): LogEvent {
  return { type: "log", seq: Number(seq), at: at.toISOString(), level, phase, message };
}

function toStorable(message: string): string {
  return redact(message.replaceAll("\u0000", "\ufffd"));
}

/** After a lost connection nobody knows whether the line was committed: look before it is written again. */
async function storeOnce(
  pool: pg.Pool,
  run: { runId: number; epoch: number },
  line: LogLine,
  lastSeq: number | null,
): Promise<LogEvent> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await store(pool, run, line);
    } catch (cause) {
      const retryAfterMs = RETRY_AFTER_MS[attempt];
      if (retryAfterMs === undefined || lastSeq === null || !isConnectionLoss(cause)) throw cause;
      await wait(retryAfterMs);
      const [next] = await readLog(pool, run.runId, { afterSeq: lastSeq, limit: 1 }).catch(() => []);
      if (next?.message === line.message && next.level === line.level) return next;
    }
  }
}

/** The row lock on the run orders writers, so "after n" can never skip a line that commits late. */
async function store(
  pool: pg.Pool,
  { runId, epoch }: { runId: number; epoch: number },
  line: LogLine,
): Promise<LogEvent> {
  const { rows } = await pool.query<{ seq: number | string; at: Date }>(
    `with numbered as (
       update tidemark.runs
       set last_seq = last_seq + 1
       where id = $1 and epoch = $2
       returning id, last_seq
     ), stored as (
       insert into tidemark.log_lines (run_id, seq, level, phase, message)
       select id, last_seq, $3, $4, $5 from numbered
       returning seq, at
     )
     select seq, at, pg_notify($6, $1::bigint::text) from stored`,
    [runId, epoch, line.level, line.phase, line.message, LOG_CHANNEL],
  );
  const row = rows[0];
  if (row === undefined) throw new StaleEpochError(runId, epoch);
  return toLogEvent({ ...line, ...row });
}
