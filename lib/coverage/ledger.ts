import { eq } from "drizzle-orm";
import type pg from "pg";
import type { LedgerReport } from "@/lib/contract";
import { countHoneypotData } from "@/lib/coverage/honeypot-counts";
import { compareLedger, type LedgerComparison, type SampleFigures } from "@/lib/coverage/ledger-comparison";
import { v15Text } from "@/lib/coverage/v15-columns";
import { consoleDb, hasJournal } from "@/lib/db/console-db";
import { type LedgerCounts, ledgers, runs } from "@/lib/db/console-schema";
import { qualify } from "@/lib/db/identifier";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

/** Most sessions whose v15 columns are fingerprinted one by one. */
const SAMPLE_SIZE = 10_000;

/**
 * Takes the first half of a run's ledger: exact counts, (session_id, updated_at, md5 of the v15 columns) of at most
 * 10,000 sessions, and a fingerprint of all of them where the run's options ask for it. A resumed run keeps the ledger
 * of its beginning. Returns the counts of the beginning.
 */
export async function openLedger(client: pg.Client, runId: number, live: SchemaSnapshot): Promise<LedgerCounts> {
  const db = consoleDb(client);
  const [known] = await db.select().from(ledgers).where(eq(ledgers.runId, runId));
  if (known !== undefined) return known.before;
  const [run] = await db.select({ options: runs.options }).from(runs).where(eq(runs.id, runId));
  const whole = run?.options.isDeep === true ? { whole: { boundary: null } } : {};
  const before = await countHoneypotData(client, live, whole);
  const percent = before.sessions === 0 ? 100 : Math.min(100, (SAMPLE_SIZE / before.sessions) * 110);
  await client.query("begin");
  try {
    await client.query(
      `insert into tidemark.ledger_samples (run_id, session_id, updated_at, digest)
       select $1, s.session_id, s.updated_at, md5(${v15Text(live, before.columns ?? [], "s")})
       from ${qualify(live.schema, "session_summaries")} as s tablesample bernoulli (${percent.toFixed(6)})
       limit ${SAMPLE_SIZE}`,
      [runId],
    );
    await db.insert(ledgers).values({ runId, before });
    await client.query("commit");
  } catch (cause) {
    await client.query("rollback").catch(() => {});
    throw cause;
  }
  return before;
}

/** Takes the second half of a run's ledger, stores it and compares. Safe to call again: the newest reading stays. */
export async function closeLedger(client: pg.Client, runId: number, live: SchemaSnapshot): Promise<LedgerComparison> {
  const db = consoleDb(client);
  const [ledger] = await db.select().from(ledgers).where(eq(ledgers.runId, runId));
  if (ledger === undefined) throw new Error(`run ${runId} has no ledger to close`);
  const { columns, whole } = ledger.before;
  const reading = await countHoneypotData(client, live, {
    ...(columns === undefined ? {} : { columns }),
    ...(whole === undefined ? {} : { whole: { boundary: whole.boundary } }),
  });
  const sample = await readSample(client, runId, live, reading.columns ?? []);
  const comparison = compareLedger(ledger.before, reading, sample);
  const { rows, unexplained, changed, deleted } = comparison;
  const after: LedgerCounts = { ...reading, comparison: { rows, unexplained } };
  await db.update(ledgers).set({ after, changed, deleted }).where(eq(ledgers.runId, runId));
  return comparison;
}

async function readSample(
  client: pg.Client,
  runId: number,
  live: SchemaSnapshot,
  columns: readonly string[],
): Promise<SampleFigures> {
  const result = await client.query<SampleFigures>(
    `select count(*) as sampled,
            count(*) filter (where s.session_id is not null and s.updated_at is not distinct from l.updated_at
                             and md5(${v15Text(live, columns, "s")}) <> l.digest) as changed,
            count(*) filter (where s.session_id is not null and s.updated_at is distinct from l.updated_at) as updated,
            count(*) filter (where s.session_id is null) as deleted
     from tidemark.ledger_samples as l
     left join ${qualify(live.schema, "session_summaries")} as s on s.session_id = l.session_id
     where l.run_id = $1`,
    [runId],
  );
  return result.rows[0] ?? { sampled: 0, changed: 0, updated: 0, deleted: 0 };
}

/** The newest ledger that was closed, side by side; null before the first, and for one of an earlier version. */
export async function readLedgerReport(client: pg.ClientBase): Promise<LedgerReport | null> {
  if (!(await hasJournal(client))) return null;
  const result = await client.query<LedgerReport>(
    `select run_id as "runId", after #> '{comparison,rows}' as rows, after #> '{comparison,unexplained}' as unexplained
     from tidemark.ledgers where after is not null order by run_id desc limit 1`,
  );
  const report = result.rows[0];
  return report === undefined || report.rows === null ? null : report;
}
