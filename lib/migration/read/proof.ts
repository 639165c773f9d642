import type { Coverage, LedgerReport, Verification } from "@/lib/contract";
import { estimateCoverage, measureCoverage } from "@/lib/coverage/coverage";
import { readLedgerReport } from "@/lib/coverage/ledger";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { hasJournal } from "@/lib/db/console-db";
import { withPooledClient } from "@/lib/db/pool";
import { inspect, toStatus } from "@/lib/inspection/inspection";
import { refuseIneligible } from "@/lib/migration/preflight/eligibility";
import { countInBackground } from "@/lib/migration/read/background-count";
import { keepSources } from "@/lib/migration/read/coverage-detail";
import { compareDeeply, type DeepListener } from "@/lib/migration/read/deep-comparison";
import { eligible } from "@/lib/migration/read/diagnosis";
import {
  COVERAGE_MEASURE,
  countRecoverable,
  keepCoverage,
  measure,
  measureOnly,
  readCoverageMeasure,
  readPivotMeasure,
} from "@/lib/migration/read/measurement";
import { readActiveRun } from "@/lib/migration/run/run-records";

/** Coverage kept longer than this is counted anew behind the answer, in milliseconds. */
const REFRESH_AFTER_MS = 60_000;

/**
 * The coverage figures for a page, without scanning the heap for it: those kept by the newest run, `verify` or refresh
 * (`measuredAt` says when), else an estimate from statistics (`exact` false). Old ones are counted anew in the background,
 * once at a time, and kept for the next reader.
 *
 * @throws {RefusalError} when this database is not eligible.
 */
export function readCoverage(target: DatabaseTarget): Promise<Coverage> {
  return eligible(target, async (client, inspection) => {
    const kept = await readCoverageMeasure(client);
    const isOld = kept === null || Date.now() - Date.parse(kept.measuredAt) > REFRESH_AFTER_MS;
    if (isOld && (await hasJournal(client))) {
      countInBackground(target, COVERAGE_MEASURE, () => countCoverage(target, { isKept: true }));
    }
    return kept ?? estimateCoverage(client, inspection.live, inspection.estimates.sessions);
  });
}

/**
 * Counts the coverage figures anew: one scan of `session_summaries`, and the documents of swept sessions that have no
 * address, for `recoverable`.
 *
 * @param options.isKept the figures are kept for the pages; needs the console's own tables.
 * @throws {RefusalError} when this database is not eligible.
 */
export function countCoverage(target: DatabaseTarget, options: { isKept?: boolean } = {}): Promise<Coverage> {
  return eligible(target, async (client, inspection) => {
    const coverage = await measureCoverage(client, inspection.live, {
      recoverable: await countRecoverable(client, inspection),
      slowestPivotSeconds: await readPivotMeasure(client),
    });
    if (options.isKept) await withPooledClient(target, (writer) => keepCoverage(writer, coverage));
    return coverage;
  });
}

/**
 * The newest ledger that a run closed, side by side; null before the first.
 *
 * @throws {RefusalError} when this database is not eligible.
 */
export function readLedger(target: DatabaseTarget): Promise<LedgerReport | null> {
  return eligible(target, (client) => readLedgerReport(client));
}

/**
 * Measures verdict, ledger and gates anew, whatever was kept. Takes no run lock; journalled where the console tables
 * exist, and writes nothing else.
 *
 * @param options.isDeep every snapshot is computed anew from its document and compared, and which source gave each value
 *   is kept for the Coverage page: minutes where status takes none.
 *
 * @throws {RefusalError} when this database is not eligible.
 */
export function verify(
  target: DatabaseTarget,
  options: { startedBy: string; isDeep?: boolean } & DeepListener,
): Promise<Verification> {
  return withClient(target, async (client) => {
    const inspection = await inspect(client, target.schema);
    refuseIneligible(inspection, { kind: "verify" });
    const isJournalled = await hasJournal(client);
    const startedAt = new Date();
    const { measures, coverage } = await (isJournalled ? measure : measureOnly)(client, inspection);
    const deep = options.isDeep === true ? await compareDeeply(client, inspection, options) : null;
    if (isJournalled) {
      if (deep !== null) await keepSources(client, deep.sources);
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
      deep: deep === null ? null : { compared: deep.compared, different: deep.different },
    };
  });
}
