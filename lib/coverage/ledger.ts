import { eq } from "drizzle-orm";
import type pg from "pg";
import { consoleDb } from "@/lib/db/console-db";
import { type LedgerCounts, ledgers } from "@/lib/db/console-schema";
import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

/** Most sessions whose v15 columns are fingerprinted. */
const SAMPLE_SIZE = 10_000;

/** Columns of `session_summaries` that a migration adds; everything else must stay as it was. */
const ADDED_COLUMNS = new Set([
  "source_ip",
  "enrichment_at",
  "snapshot_asn",
  "snapshot_country",
  "snapshot_ip_types",
  "snapshot_ip_type",
]);

/** What the honeypot data went through between the two readings of a ledger. */
export interface LedgerComparison {
  before: LedgerCounts;
  after: LedgerCounts;
  sampled: number;
  /** v15 columns differ although `updated_at` did not move: changed by us. */
  changed: number;
  /** Sessions deleted by us. The engine has no statement that deletes a session; kept so that the ledger says so. */
  deleted: number;
  /** Sampled sessions that ingest updated or deleted meanwhile: explained, not an error. */
  updatedByIngest: number;
  deletedByIngest: number;
}

/**
 * Takes the first half of a run's ledger: exact counts, and (session_id, updated_at, md5 of the v15 columns) of at most
 * 10,000 sessions. A resumed run keeps the ledger of its beginning. Returns the counts of the beginning.
 */
export async function openLedger(client: pg.Client, runId: number, live: SchemaSnapshot): Promise<LedgerCounts> {
  const db = consoleDb(client);
  const [known] = await db.select().from(ledgers).where(eq(ledgers.runId, runId));
  if (known !== undefined) return known.before;
  const before = await countHoneypotData(client, live);
  const percent = before.sessions === 0 ? 100 : Math.min(100, (SAMPLE_SIZE / before.sessions) * 110);
  await client.query("begin");
  try {
    await client.query(
      `insert into tidemark.ledger_samples (run_id, session_id, updated_at, digest)
       select $1, s.session_id, s.updated_at, ${digestExpression(live, "s")}
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
  const after = await countHoneypotData(client, live);
  const result = await client.query<Record<"sampled" | "changed" | "updated" | "gone", number>>(
    `select count(*)::int as sampled,
            count(*) filter (where s.session_id is not null and s.updated_at is not distinct from l.updated_at
                             and ${digestExpression(live, "s")} <> l.digest)::int as changed,
            count(*) filter (where s.session_id is not null and s.updated_at is distinct from l.updated_at)::int as updated,
            count(*) filter (where s.session_id is null)::int as gone
     from tidemark.ledger_samples as l
     left join ${qualify(live.schema, "session_summaries")} as s on s.session_id = l.session_id
     where l.run_id = $1`,
    [runId],
  );
  const { sampled = 0, changed = 0, updated = 0, gone = 0 } = result.rows[0] ?? {};
  await db.update(ledgers).set({ after, changed, deleted: 0 }).where(eq(ledgers.runId, runId));
  return {
    before: ledger.before,
    after,
    sampled,
    changed,
    deleted: 0,
    updatedByIngest: updated,
    deletedByIngest: gone,
  };
}

/** Exact counts of the honeypot data now. */
async function countHoneypotData(client: pg.Client, live: SchemaSnapshot): Promise<LedgerCounts> {
  const sessions = await client.query<{ count: number }>(
    `select count(*) as count from ${qualify(live.schema, "session_summaries")}`,
  );
  const rawEvents = qualify(live.schema, "raw_events");
  const readable = await client.query<{ readable: boolean }>(
    `select to_regclass($1) is not null and has_table_privilege(to_regclass($1), 'select') as readable`,
    [rawEvents],
  );
  if (readable.rows[0]?.readable !== true) return { sessions: sessions.rows[0]?.count ?? 0, rawEvents: null };
  const events = await client.query<{ count: number }>(`select count(*) as count from ${rawEvents}`);
  return { sessions: sessions.rows[0]?.count ?? 0, rawEvents: events.rows[0]?.count ?? 0 };
}

/**
 * md5 over every column that a migration does not add. The zone is cut from timestamps, so that retyping them as UTC
 * reads the same; the order is by name, so that added columns change nothing.
 */
function digestExpression(live: SchemaSnapshot, alias: string): string {
  const table = live.tables.find((candidate) => candidate.name === "session_summaries");
  const columns = (table?.columns ?? [])
    .filter((column) => !ADDED_COLUMNS.has(column.name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const texts = columns.map((column) => {
    const text = `${alias}.${quoteIdentifier(column.name)}::text`;
    return column.type.startsWith("timestamp") ? `replace(${text}, '+00', '')` : text;
  });
  return `md5(concat_ws('|', ${texts.map((text) => `coalesce(${text}, '~')`).join(", ")}))`;
}
