import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import type { PhaseId, Speed } from "@/lib/contract";
import { sqlstateOf } from "@/lib/db/database-error";
import { qualify } from "@/lib/db/identifier";
import { sweepBatchSql } from "@/lib/enrichment/sweep-sql";
import { endsRun, StepFailedError } from "@/lib/migration/errors";
import { failpoint } from "@/lib/migration/failpoints";
import type { SweepStep } from "@/lib/migration/phase";
import { retryTransient } from "@/lib/migration/retry";
import { inFencedTransaction, type RunContext } from "@/lib/migration/run-context";

/** Pages of the first batch; later ones adapt to the target duration. About 1,000 sessions with detoasted documents. */
const FIRST_BATCH_PAGES = 32;
const LARGEST_BATCH_PAGES = 1_024;

/** A run that rests can still be seen to move, in milliseconds. */
const LONGEST_REST_MS = 2_000;

/** A batch that keeps hitting row locks of ingest for so long is left to the closing sweep, in milliseconds. */
const BATCH_PATIENCE_MS = 15_000;

/** Share of the target duration that a batch takes at each speed, and how long it rests, as a multiple of that batch. */
const PACE = {
  gentle: { target: 0.5, rest: 3 },
  normal: { target: 1, rest: 0 },
  fast: { target: 2, rest: 0 },
} as const satisfies Record<Speed, { target: number; rest: number }>;

/** How often a sweep says how far it is, in milliseconds. */
const LOG_INTERVAL_MS = 5_000;

/** What one batch statement gives back. */
interface BatchResult {
  scanned: number;
  changed: number;
  set_aside: number;
}

/**
 * Sweeps `session_summaries` once over its pages, in committed batches: each document is parsed once and fills all
 * five columns in one update. The data is the cursor: sessions already swept are passed over, so a sweep that was
 * interrupted is simply begun again. Rows that ingest moves or adds behind the sweep stay open for the next one.
 *
 * @returns sessions changed.
 */
export async function sweep(context: RunContext, phase: PhaseId, step: SweepStep): Promise<number> {
  const statement = sweepBatchSql(step.shape);
  const pages = await readPageCount(context.client, step.shape.schema);
  const total = step.sessions;
  const sweptBefore = total - (step.rows ?? 0);
  const { control } = context;
  const heldBefore = control.heldMs;
  const startedAt = performance.now();
  let batchPages = FIRST_BATCH_PAGES;
  let changed = 0;
  let aside = 0;
  let lastLogAt = startedAt;

  for (let first = 0; first < pages; ) {
    await control.checkpoint();
    const end = Math.min(pages, first + batchPages);
    const batchStartedAt = performance.now();
    const batch = await sweepPages(context, phase, step.id, { statement, first, end });
    failpoint("batch-done");
    const durationMs = performance.now() - batchStartedAt;
    changed += batch.changed;
    aside += batch.set_aside;
    const size = `batch of ${end - first} pages in ${Math.round(durationMs)} ms`;
    first = end;

    const rowsPerSecond = changed / ((performance.now() - startedAt - (control.heldMs - heldBefore)) / 1_000);
    // Sessions that arrive meanwhile may raise the sum above what was counted: never past the total before the end.
    const done = Math.min(sweptBefore + changed, total);
    const remaining = total - done;
    await context.report.progress({
      phase,
      done,
      total,
      rowsPerSecond: Math.round(rowsPerSecond),
      etaSeconds: rowsPerSecond > 0 ? Math.round(remaining / rowsPerSecond) : null,
    });
    if (performance.now() - lastLogAt > LOG_INTERVAL_MS) {
      lastLogAt = performance.now();
      const pace = `${Math.round(rowsPerSecond).toLocaleString("en-US")} rows/s`;
      await context.report.log("info", phase, `${changed.toLocaleString("en-US")} sessions, ${pace}, ${size}`);
    }
    const pace = PACE[control.speed];
    batchPages = nextBatchPages(batchPages, durationMs, context.limits.batchTargetMs * pace.target);
    await rest(context, Math.min(LONGEST_REST_MS, durationMs * pace.rest));
  }

  await context.report.log("info", phase, `${changed.toLocaleString("en-US")} sessions swept`);
  if (aside > 0) await context.report.log("warn", phase, `Set aside ${aside.toLocaleString("en-US")} values`);
  return changed;
}

interface Pages {
  statement: string;
  first: number;
  /** Behind the last page. */
  end: number;
}

async function sweepPages(context: RunContext, phase: PhaseId, stepId: string, pages: Pages): Promise<BatchResult> {
  const { statement, first, end } = pages;
  const attempt = () =>
    inFencedTransaction(context, async () => {
      await context.client.query(`set local lock_timeout = ${context.limits.lockTimeoutMs}`);
      const result = await context.client.query<BatchResult>(statement, [`(${first},0)`, `(${end},0)`, context.run.id]);
      failpoint("batch-open");
      return result.rows[0] ?? NOTHING;
    });
  const patienceMs = Math.min(BATCH_PATIENCE_MS, context.limits.lockPatienceMs);
  try {
    return await retryTransient(context, { phase, step: `pages ${first} to ${end - 1}`, patienceMs }, attempt);
  } catch (cause) {
    const sqlstate = sqlstateOf(cause);
    if (sqlstate === "55P03") {
      const left = `Pages ${first} to ${end - 1}: rows locked by others (55P03). Left for the closing sweep, nothing lost.`;
      await context.report.log("warn", phase, left);
      return NOTHING;
    }
    if (endsRun(cause)) throw cause;
    // Cancelled by somebody, or by a timeout that was set over ours: half as much may get through.
    if (sqlstate === "57014" && !context.control.signal.aborted && end - first > 1) {
      const middle = Math.floor((first + end) / 2);
      await context.report.log(
        "warn",
        phase,
        `Pages ${first} to ${end - 1}: cancelled (57014); going on in two halves`,
      );
      return add(
        await sweepPages(context, phase, stepId, { statement, first, end: middle }),
        await sweepPages(context, phase, stepId, { statement, first: middle, end }),
      );
    }
    const remedy = "Mend the cause named, then run again: it goes on from what the database shows.";
    throw new StepFailedError(phase, stepId, { cause, statement, remedy });
  }
}

const NOTHING: BatchResult = { scanned: 0, changed: 0, set_aside: 0 };

function add(one: BatchResult, other: BatchResult): BatchResult {
  return {
    scanned: one.scanned + other.scanned,
    changed: one.changed + other.changed,
    set_aside: one.set_aside + other.set_aside,
  };
}

/** Leaves the server to others for a while. */
async function rest({ control }: RunContext, ms: number): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal: control.signal }).catch(() => {});
}

/** The next batch size in pages: towards the target duration, at most halved or doubled at a time. */
function nextBatchPages(pages: number, durationMs: number, targetMs: number): number {
  const factor = Math.min(2, Math.max(0.5, targetMs / Math.max(1, durationMs)));
  return Math.min(LARGEST_BATCH_PAGES, Math.max(1, Math.round(pages * factor)));
}

async function readPageCount(client: pg.Client, schema: string): Promise<number> {
  const result = await client.query<{ pages: number }>(
    `select ceil(pg_relation_size($1::regclass) / current_setting('block_size')::numeric)::int as pages`,
    [qualify(schema, "session_summaries")],
  );
  return result.rows[0]?.pages ?? 0;
}
