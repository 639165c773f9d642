import type { Coverage, Verification } from "@/lib/contract";
import { measureCoverage } from "@/lib/coverage/coverage";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { hasJournal } from "@/lib/db/console-db";
import { inspect, toStatus } from "@/lib/inspection/inspection";
import { eligible } from "@/lib/migration/diagnosis";
import { refuseIneligible } from "@/lib/migration/eligibility";
import {
  countRecoverable,
  measure,
  measureOnly,
  readCoverageMeasure,
  readPivotMeasure,
} from "@/lib/migration/measurement";
import { readActiveRun } from "@/lib/migration/run-records";

/** Coverage kept longer than this is measured again when asked for, in milliseconds. */
const FRESH_MS = 60_000;

/**
 * The coverage figures: those kept by the newest run or `verify` while they are fresh, else counted anew over the plain
 * columns (no document is read, so `recoverable` is null then). `measuredAt` says when.
 *
 * @param options.isCounted never the kept ones: `recoverable` is counted too, which reads the documents of swept sessions
 *   without an address.
 * @throws {RefusalError} when this database is not eligible.
 */
export function readCoverage(target: DatabaseTarget, options: { isCounted?: boolean } = {}): Promise<Coverage> {
  return eligible(target, async (client, inspection) => {
    const isCounted = options.isCounted ?? false;
    const kept = await readCoverageMeasure(client);
    if (!isCounted && kept !== null && Date.now() - Date.parse(kept.measuredAt) < FRESH_MS) return kept;
    return measureCoverage(client, inspection.live, {
      recoverable: isCounted ? await countRecoverable(client, inspection) : null,
      slowestPivotSeconds: await readPivotMeasure(client),
    });
  });
}

/**
 * Measures verdict, ledger and gates anew, whatever was kept. Takes no run lock; journalled where the console tables
 * exist, and writes nothing else.
 *
 * @throws {RefusalError} when this database is not eligible.
 */
export function verify(target: DatabaseTarget, options: { startedBy: string }): Promise<Verification> {
  return withClient(target, async (client) => {
    const inspection = await inspect(client, target.schema);
    refuseIneligible(inspection, { kind: "verify" });
    const isJournalled = await hasJournal(client);
    const startedAt = new Date();
    const { measures, coverage } = await (isJournalled ? measure : measureOnly)(client, inspection);
    if (isJournalled) {
      await client.query(
        `insert into tidemark.runs (kind, status, started_by, started_at, finished_at)
         values ('verify', 'succeeded', $1, $2, clock_timestamp())`,
        [options.startedBy, startedAt],
      );
    }
    const status = toStatus(inspection, measures, await readActiveRun(client));
    return {
      verdict: status.verdict,
      observed: status.version.observed,
      findings: status.findings,
      coverage,
      deep: null,
    };
  });
}
