import { closeLedger, openLedger } from "@/lib/coverage/ledger";
import { ledgerLines } from "@/lib/coverage/ledger-comparison";
import { type Inspection, inspect } from "@/lib/inspection/inspection";
import { CheckFailedError, endsRun, StepFailedError } from "@/lib/migration/errors";
import { refuseIneligible } from "@/lib/migration/preflight/eligibility";
import { compareFingerprints, readFingerprint } from "@/lib/migration/reset/fingerprint";
import {
  isDropped,
  lockOwnTablesSql,
  readFullScope,
  readResetPreview,
  resetSql,
} from "@/lib/migration/reset/reset-preview";
import { failpoint } from "@/lib/migration/run/failpoints";
import { inFencedTransaction, type RunContext } from "@/lib/migration/run/run-context";
import { retryTransient } from "@/lib/migration/steps/retry";

/**
 * Takes the database back to v15 in one transaction: all of it or nothing. Afterwards the catalog equals the one from
 * before minus the previewed objects, as sets; any difference rolls back. Honeypot data is not touched: the ledger,
 * taken before and compared after the commit, says so. A run that lost its connection over the commit may be called
 * again: what is dropped already is found so.
 *
 * @throws {RefusalError} when this database is not eligible; {CheckFailedError} when the preview is no longer the
 * confirmed one, dependents are not agreed to, or catalog or ledger differ; {StepFailedError}.
 */
export async function resetToV15(context: RunContext): Promise<void> {
  const { report, run, target } = context;
  const inspection = await inspect(context.client, target.schema, { keepsPlan: true });
  refuseIneligible(inspection, { kind: "reset", options: run.options });
  if (await isConfirmationNeeded(context, inspection)) await requireConfirmedPreview(context, inspection);
  await openLedger(context.client, run.id, inspection.live);
  await context.control.checkpoint();
  const kept = await dropEverything(context, inspection);
  await report.log(
    "info",
    null,
    `Catalog compared: ${kept} objects as before, nothing else there; schema_version = 15`,
  );
  const ledger = await closeLedger(context.client, run.id, inspection.live);
  for (const line of ledgerLines(ledger.rows)) await report.log("info", null, line);
  if (ledger.unexplained.length > 0) {
    throw new CheckFailedError(
      `The ledger differs after the reset: ${ledger.unexplained.join("; ")}.`,
      "The reset is committed. Look for a writer that changes sessions without moving updated_at, or whoever changed that table.",
    );
  }
  await report.log("info", null, "Ledger equal: ingest explains every difference");
}

/** A confirmed reset that no worker took waits no longer than this, in minutes: nobody expects it any more. */
const CONFIRMATION_MINUTES = 5;

/** False where this very run has dropped everything already: its connection was lost over the commit. */
async function isConfirmationNeeded({ client, run }: RunContext, inspection: Inspection): Promise<boolean> {
  const begun = await client.query("select 1 from tidemark.ledgers where run_id = $1", [run.id]);
  if (begun.rowCount !== 1 || inspection.recordedVersion !== "15") return true;
  return (await readResetPreview(client, inspection, { dropsDependents: false })).objects.length > 0;
}

async function requireConfirmedPreview({ client, run }: RunContext, inspection: Inspection): Promise<void> {
  const confirmed = await client.query(
    "select 1 from tidemark.runs where id = $1 and started_at > clock_timestamp() - make_interval(mins => $2)",
    [run.id, CONFIRMATION_MINUTES],
  );
  if (confirmed.rowCount !== 1) {
    throw new CheckFailedError(
      `The reset was confirmed more than ${CONFIRMATION_MINUTES} minutes ago; nothing was changed.`,
      "Look at the preview again and confirm that one.",
    );
  }
  const { droppedDependents, previewHash } = run.options;
  const preview = await readResetPreview(client, inspection, { dropsDependents: droppedDependents !== undefined });
  requireAgreement(preview.dependents, droppedDependents);
  if (previewHash !== undefined && previewHash !== preview.hash) {
    throw new CheckFailedError(
      "The database is no longer as previewed; nothing was changed.",
      "Look at the new preview and confirm that one.",
    );
  }
}

/** Each dependent that is there must be one the operator agreed to lose, by name. */
function requireAgreement(dependents: readonly { object: string }[], agreed: readonly string[] = []): void {
  const unknown = dependents.map(({ object }) => object).filter((object) => !agreed.includes(object));
  if (unknown.length === 0) return;
  throw new CheckFailedError(
    `Other objects depend on what a reset drops: ${unknown.join(", ")}. Nothing was changed.`,
    "Look at the preview again; agree to lose them by name, or drop them yourself. Tidemark never uses CASCADE.",
  );
}

/** @returns number of catalog objects that stayed. */
async function dropEverything(context: RunContext, inspection: Inspection): Promise<number> {
  const { report, run, target } = context;
  const dropsDependents = run.options.droppedDependents !== undefined;
  let statement = "";
  let statements: string[] = [];
  const attempt = () =>
    inFencedTransaction(context, async () => {
      const { client } = context;
      await client.query(`set local lock_timeout = ${context.limits.lockTimeoutMs}`);
      statement = lockOwnTablesSql(inspection);
      await client.query(statement);
      // Behind the locks nothing new can come to stand on our tables.
      const scope = await readFullScope(client, inspection);
      requireAgreement(scope.dependents, run.options.droppedDependents);
      statements = resetSql(scope, { dropsDependents });
      const before = await readFingerprint(client, target.schema);
      for (const sql of statements) {
        statement = sql;
        await client.query(sql);
      }
      // What those said about inventories that are gone now.
      await client.query("delete from tidemark.touched_keys");
      await client.query("delete from tidemark.measures");
      const expected = before.filter((entry) => !isDropped(scope, entry));
      const differences = compareFingerprints(expected, await readFingerprint(client, target.schema));
      if (differences.length > 0) {
        throw new CheckFailedError(
          `After the reset the catalog would not be as expected, so it was rolled back: ${differences.slice(0, 3).join("; ")}.`,
          "Nothing was changed. Look for objects that others added meanwhile, then preview again.",
        );
      }
      failpoint("reset-open");
      return expected.length;
    });
  try {
    const { lockPatienceMs: patienceMs } = context.limits;
    const kept = await retryTransient(context, { phase: null, step: "reset", patienceMs }, attempt);
    failpoint("reset-done");
    for (const sql of statements) await report.log("info", null, sql);
    return kept;
  } catch (cause) {
    if (cause instanceof CheckFailedError || endsRun(cause)) throw cause;
    const remedy = "Nothing was changed. Mend what the message says, then reset again.";
    throw new StepFailedError(null, "reset", { cause, remedy, ...(statement === "" ? {} : { statement }) });
  }
}
