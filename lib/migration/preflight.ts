import type { Finding } from "@/lib/contract";
import { qualify } from "@/lib/db/identifier";
import { censusSql } from "@/lib/enrichment/census-sql";
import type { Inspection } from "@/lib/inspection/inspection";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";
import { CheckFailedError } from "@/lib/migration/errors";
import type { RunContext } from "@/lib/migration/run-context";
import { toSweepShape } from "@/lib/migration/workload";

/** Growth of `session_summaries` that a sweep may cause at its peak, as a share of its size (targets of the design). */
const PEAK_GROWTH = 1.2;

/** Pages that the census reads at most, and the time it may take, in milliseconds. */
const CENSUS_PAGES = 64;
const CENSUS_TIMEOUT_MS = 2_000;

/**
 * Looks before anything is touched, and says what it saw: dependents in the way, disk forecast, type contract across
 * both foreign keys, census of values that will be set aside.
 *
 * @throws {CheckFailedError} naming what stands in the way; nothing has been changed.
 */
export async function runPreflight(context: RunContext, inspection: Inspection): Promise<void> {
  const { report } = context;
  await checkDependents(context, inspection);
  await report.log("info", null, await describeDisk(context));
  await report.log("info", null, describeTypeContract(inspection));
  if (!inspection.canReadRawEvents) {
    await report.log(
      "warn",
      null,
      "raw_events cannot be read: sessions whose documents name no address stay without one",
    );
  }
  await takeCensus(context, inspection);
}

async function checkDependents(context: RunContext, inspection: Inspection): Promise<void> {
  const blocking = inspection.findings.filter(
    (finding: Finding) => finding.kind === "dependent-object" && finding.severity === "error",
  );
  if (blocking.length > 0) {
    const names = blocking.map((finding) => finding.object).join(", ");
    throw new CheckFailedError(
      `Other objects depend on a column that must change: ${names}.`,
      "Drop or change them, run the migration, and make them again. Tidemark never drops them by itself.",
    );
  }
  const count = inspection.dependents.length;
  await context.report.log("info", null, `${count} dependent objects, none in the way`);
}

async function describeDisk(context: RunContext): Promise<string> {
  const result = await context.client.query<{ bytes: number }>("select pg_table_size($1::regclass) as bytes", [
    qualify(context.target.schema, "session_summaries"),
  ]);
  const heap = await context.client.query<{ bytes: number }>("select pg_relation_size($1::regclass) as bytes", [
    qualify(context.target.schema, "session_summaries"),
  ]);
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2).toLocaleString("en-US")} MB`;
  const peak = megabytes((heap.rows[0]?.bytes ?? 0) * PEAK_GROWTH);
  return `session_summaries takes ${megabytes(result.rows[0]?.bytes ?? 0)}; the run needs up to ${peak} more for it`;
}

/**
 * Compares the types on both sides of each foreign key: of what is there the live one, else the declared one.
 *
 * @throws {CheckFailedError} for a pair that PostgreSQL would refuse in phase 5 (42804).
 */
function describeTypeContract({ declared, live }: Inspection): string {
  const typeIn = (snapshot: SchemaSnapshot, [table, column]: readonly [string, string]) =>
    snapshot.tables.find((t) => t.name === table)?.columns.find((c) => c.name === column)?.type;
  const pairs = FOREIGN_KEY_COLUMNS.map(([child, parent]) => {
    const [one, other] = [child, parent].map((end) => typeIn(live, end) ?? typeIn(declared, end) ?? "none");
    if (one !== other) {
      throw new CheckFailedError(
        `${child.join(".")} is ${one}, ${parent.join(".")} is ${other}: no foreign key between them is possible (42804).`,
        "Reset to v15 drops both; then run the migration again.",
      );
    }
    return `${child[1]} and ${parent[1]} are ${one}`;
  });
  return `Types agree across both foreign keys: ${pairs.join(", ")}`;
}

const FOREIGN_KEY_COLUMNS = [
  [
    ["session_summaries", "source_ip"],
    ["ip_inventory", "ip_address"],
  ],
  [
    ["ip_inventory", "current_asn"],
    ["asn_inventory", "asn_number"],
  ],
] as const;

/** Reads a sample of pages and says which values a sweep will set aside: an estimate, and marked as one. */
async function takeCensus(context: RunContext, inspection: Inspection): Promise<void> {
  const { client, report } = context;
  const statement = censusSql(toSweepShape(inspection), { pages: CENSUS_PAGES });
  try {
    await client.query(`set statement_timeout = ${CENSUS_TIMEOUT_MS}`);
    const result = await client.query<{ reason: string | null; count: number; sampled: number }>(statement);
    const sampled = result.rows[0]?.sampled ?? 0;
    const reasons = result.rows.filter((row) => row.reason !== null).map((row) => `${row.reason} ${row.count}`);
    const found = reasons.length === 0 ? "nothing to set aside" : `to be set aside: ${reasons.join(", ")}`;
    await report.log(
      "info",
      null,
      `Census of ${sampled.toLocaleString("en-US")} sampled sessions (an estimate): ${found}`,
    );
  } catch (cause) {
    if ((cause as { code?: string }).code !== "57014") throw cause;
    await report.log("info", null, "Census left out: the sample took longer than 2 s");
  } finally {
    await client.query("set statement_timeout = 0").catch(() => {});
  }
}
