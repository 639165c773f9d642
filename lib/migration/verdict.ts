import { closeLedger } from "@/lib/coverage/ledger";
import { ledgerLines } from "@/lib/coverage/ledger-comparison";
import { qualify } from "@/lib/db/identifier";
import { findingsOf, type Inspection, inspect } from "@/lib/inspection/inspection";
import type { Measures } from "@/lib/inspection/measures";
import { phaseOfTable } from "@/lib/inspection/ownership";
import { catchUpRounds } from "@/lib/migration/catch-up-rounds";
import { CheckFailedError } from "@/lib/migration/errors";
import { measure } from "@/lib/migration/read/measurement";
import { failpoint } from "@/lib/migration/run/failpoints";
import { inFencedTransaction, type RunContext } from "@/lib/migration/run/run-context";
import { executeStep } from "@/lib/migration/steps/execute";
import { retryTransient } from "@/lib/migration/steps/retry";

/**
 * Concludes from the database whether the run reached its end: statistics, last catch-up, ledger, gates, and, for a
 * migration, version 16 in the same transaction as the check that justifies it. Missed gates do not stop the version.
 *
 * @throws {CheckFailedError} when the ledger differs or an error finding is left; the recorded version stays.
 */
export async function reachVerdict(context: RunContext, options: { writesVersion: boolean }): Promise<void> {
  const { client, report, target } = context;
  await report.log("info", null, "Verdict: statistics, catch-up, ledger, gates, version");
  await catchUpRounds(context);
  const inspection = await inspect(client, target.schema, { keepsPlan: true });
  await analyze(context, inspection);
  await checkLedger(context, inspection);
  const { measures } = await measure(client, inspection);
  if (options.writesVersion) await writeVersion(context, measures);
}

async function analyze(context: RunContext, inspection: Inspection): Promise<void> {
  const schema = context.target.schema;
  const ours = ["session_summaries", "asn_inventory", "ip_inventory"];
  for (const table of ours.filter((name) => inspection.live.tables.some((live) => live.name === name))) {
    const statement = `analyze ${qualify(schema, table)}`;
    // Runs alone, and waits for a vacuum of the same table.
    await executeStep(context, phaseOfTable(table) ?? "source-ip", {
      kind: "statement",
      id: `analyze:${schema}.${table}`,
      announce: [],
      confirm: null,
      lock: "SHARE UPDATE EXCLUSIVE",
      rows: 0,
      part: "data",
      sql: statement,
      undo: null,
    });
  }
}

async function checkLedger(context: RunContext, inspection: Inspection): Promise<void> {
  const { rows, unexplained } = await closeLedger(context.client, context.run.id, inspection.live);
  for (const line of ledgerLines(rows)) await context.report.log("info", null, line);
  if (unexplained.length > 0) {
    throw new CheckFailedError(
      `The ledger differs: ${unexplained.join("; ")}.`,
      "Look for a trigger on session_summaries, a writer that leaves updated_at alone, or whoever changed that table; the version was not written.",
    );
  }
  await context.report.log("info", null, "Ledger equal: ingest explains every difference");
}

async function writeVersion(context: RunContext, measures: Measures): Promise<void> {
  const { limits, report, target } = context;
  const attempt = () =>
    inFencedTransaction(context, async () => {
      const { client } = context;
      await client.query(`set local lock_timeout = ${limits.lockTimeoutMs}`);
      const state = qualify(target.schema, "schema_state");
      const recorded = await client.query<{ value: string }>(
        `select value from ${state} where key = 'schema_version' for update`,
      );
      const inspection = await inspect(client, target.schema, { keepsPlan: true });
      const errors = findingsOf(inspection, measures, 16).filter(
        (finding) => finding.severity === "error" && finding.kind !== "wrong-version",
      );
      if (errors.length > 0) {
        const named = errors
          .slice(0, 5)
          .map((finding) => finding.id)
          .join(", ");
        throw new CheckFailedError(
          `The database does not show v16: ${errors.length} findings left (${named}). The recorded version stays.`,
          "Look at the findings on the Overview; run the migration again once their remedies are done.",
        );
      }
      // 17 is the application's next version: never lowered.
      if (recorded.rows[0]?.value !== "15") return false;
      await client.query(`update ${state} set value = '16' where key = 'schema_version'`);
      failpoint("version-open");
      return true;
    });
  const work = { phase: null, step: "write-version", patienceMs: limits.lockPatienceMs };
  const written = await retryTransient(context, work, attempt);
  failpoint("version-done");
  await report.log(
    "info",
    null,
    written ? "schema_version = 16, written with the check that justifies it" : "schema_version already in place",
  );
}
