import type pg from "pg";
import type { PhaseId } from "@/lib/contract";
import { sqlstateOf } from "@/lib/db/database-error";
import { qualify } from "@/lib/db/identifier";
import { firstPageToSweepSql, sweepBatchSql } from "@/lib/enrichment/sweep-sql";
import { endsRun, StepFailedError } from "@/lib/migration/errors";
import type { SweepStep } from "@/lib/migration/phase";
import { triggerRemedy } from "@/lib/migration/preflight/rehearsal";
import { failpoint } from "@/lib/migration/run/failpoints";
import { inFencedTransaction, type RunContext } from "@/lib/migration/run/run-context";
import { retryTransient } from "@/lib/migration/steps/retry";

/** A batch that keeps hitting row locks of ingest for so long is left to the closing sweep, in milliseconds. */
const BATCH_PATIENCE_MS = 15_000;

/** What one batch did. */
export interface BatchResult {
  changed: number;
  setAside: number;
}

/** Page numbers of `session_summaries`: `end` is behind the last. */
export interface Pages {
  first: number;
  end: number;
}

export const NOTHING: BatchResult = { changed: 0, setAside: 0 };

/** Does the batch over `pages` on the connection of `context`, and commits it. */
export type SweepBatch = (context: RunContext, pages: Pages) => Promise<BatchResult>;

/**
 * The batch of a sweep step: one statement in one transaction. Tried again while others hold its rows; what stays locked
 * is left open for the closing sweep.
 *
 * @throws {StepFailedError} with SQLSTATE, statement and remedy; what ends the run.
 */
export function sweepBatch(phase: PhaseId, step: SweepStep): SweepBatch {
  const whole = sweepBatchSql(step.shape, step);
  const free = sweepBatchSql(step.shape, { ...step, skipsLocked: true });

  async function attempt(context: RunContext, { first, end }: Pages, statement: string): Promise<BatchResult> {
    return inFencedTransaction(context, async () => {
      await context.client.query(`set local lock_timeout = ${context.limits.lockTimeoutMs}`);
      const values = [`(${first},0)`, `(${end},0)`, context.run.id];
      // Unnamed on purpose: a generic plan, made without the range, can take a hundred times as long.
      const { rows } = await context.client.query<{ changed: number; set_aside: number }>(statement, values);
      failpoint("batch-open");
      return { changed: rows[0]?.changed ?? 0, setAside: rows[0]?.set_aside ?? 0 };
    });
  }

  return async function batch(context, pages): Promise<BatchResult> {
    const said = `Pages ${pages.first} to ${pages.end - 1}`;
    const patienceMs = Math.min(BATCH_PATIENCE_MS, context.limits.lockPatienceMs);
    // After the first clash: everything but the rows in question, which stay open for the closing sweep.
    let statement = whole;
    try {
      const done = await retryTransient(context, { phase, step: said, patienceMs }, () => {
        const sent = statement;
        statement = free;
        return attempt(context, pages, sent);
      });
      failpoint("batch-done");
      return done;
    } catch (cause) {
      if (endsRun(cause)) throw cause;
      const sqlstate = sqlstateOf(cause);
      if (sqlstate === "55P03") {
        const left = `${said}: rows locked by others (55P03). Left for the closing sweep, nothing lost.`;
        await context.report.log("warn", phase, left);
        return NOTHING;
      }
      // Cancelled by somebody, or by a timeout that was set over ours: half as much may get through.
      if (sqlstate === "57014" && !context.control.signal.aborted && pages.end - pages.first > 1) {
        await context.report.log("warn", phase, `${said}: cancelled (57014); going on in two halves`);
        const middle = Math.floor((pages.first + pages.end) / 2);
        const one = await batch(context, { first: pages.first, end: middle });
        const other = await batch(context, { first: middle, end: pages.end });
        return { changed: one.changed + other.changed, setAside: one.setAside + other.setAside };
      }
      const remedy = await readRemedy(context, step.shape.schema, sqlstate);
      throw new StepFailedError(phase, step.id, { cause, statement: whole, remedy });
    }
  };
}

/** An error of somebody's own function (P0001) does not say which trigger called it: the catalog does. */
async function readRemedy({ client }: RunContext, schema: string, sqlstate: string | null): Promise<string> {
  const otherwise = "Mend what the message says, then run again: it goes on from what the database shows.";
  if (sqlstate !== "P0001") return otherwise;
  const { rows } = await client
    .query<{ name: string }>(UPDATE_TRIGGERS_SQL, [qualify(schema, "session_summaries")])
    .catch(() => ({ rows: [] }));
  return rows.length === 0
    ? otherwise
    : triggerRemedy(
        schema,
        rows.map(({ name }) => name),
      );
}

/** Bit 16 of the type: for updates. Source: PostgreSQL, src/include/catalog/pg_trigger.h. */
const UPDATE_TRIGGERS_SQL = `select tgname as name from pg_catalog.pg_trigger
where tgrelid = $1::pg_catalog.regclass and not tgisinternal and tgenabled in ('O', 'A') and tgtype & 16 <> 0
order by tgname`;

/** The first of `pages` with a session to sweep; null where there is none. Locks nothing. */
export type Scout = (context: RunContext, pages: Pages) => Promise<number | null>;

/** Looks ahead over pages that are swept already, at the cost of reading them. */
export function sweepScout(step: SweepStep): Scout {
  const statement = firstPageToSweepSql(step.shape, step);
  return (context, { first, end }) =>
    inFencedTransaction(context, async () => {
      await context.client.query(`set local lock_timeout = ${context.limits.lockTimeoutMs}`);
      const { rows } = await context.client.query<{ page: number }>(statement, [`(${first},0)`, `(${end},0)`]);
      return rows[0]?.page ?? null;
      // The batch there meets the same obstacle, and knows what to do about it.
    }).catch(() => first);
}

/** Pages of `table` now. */
export async function readPageCount(client: pg.Client, table: string): Promise<number> {
  const { rows } = await client.query<{ pages: number }>(
    `select ceil(pg_relation_size($1::regclass) / current_setting('block_size')::numeric)::int as pages`,
    [table],
  );
  return rows[0]?.pages ?? 0;
}
