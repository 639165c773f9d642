import { inspect } from "@/lib/inspection/inspection";
import type { Workload } from "@/lib/migration/phase";
import { closingSweepStep, populateSteps } from "@/lib/migration/phases/data-steps";
import type { RunContext } from "@/lib/migration/run/run-context";
import { executeStep } from "@/lib/migration/steps/execute";
import { readTouched, readWorkload, toSweepShape } from "@/lib/migration/workload";

/** A catch-up round below this many sessions ends the catching up: about one batch. */
const LAST_ROUND_ROWS = 1_000;

/**
 * Takes what ingest wrote behind the sweep, round by round, until one finds less than a batch, or no longer half of what the
 * one before it found: then it found what came in during a look over the whole table, and so would every further one.
 */
export async function catchUpRounds(context: RunContext): Promise<void> {
  let before = Number.POSITIVE_INFINITY;
  let known: Workload | null = null;
  for (;;) {
    await context.control.checkpoint();
    const round = await catchUpRound(context, known);
    if (round.swept < LAST_ROUND_ROWS) return;
    if (2 * round.swept > before) {
      const swept = round.swept.toLocaleString("en-US");
      const line = `Catch-up: ingest writes about ${swept} sessions during a round; the newest are left to the next catch-up`;
      return context.report.log("info", null, line);
    }
    before = round.swept;
    known = round.workload;
  }
}

/**
 * Sweeps what is open and computes the inventories of what it touched.
 *
 * @param known what the round before left: all that can be open since is what ingest wrote. Null: the rows are read for it.
 */
async function catchUpRound(
  context: RunContext,
  known: Workload | null,
): Promise<{ swept: number; workload: Workload }> {
  const { client, report, target } = context;
  const inspection = await inspect(client, target.schema, { keepsPlan: true });
  const workload = known ?? (await readWorkload(client, inspection));
  const sweepShape = toSweepShape(inspection);
  const step = closingSweepStep({ inspection, workload, sweepShape });
  let swept = 0;
  if (known !== null || step.isNeeded) {
    const what =
      known === null ? `${workload.open.toLocaleString("en-US")} open sessions` : "sessions written meanwhile";
    await report.log("info", null, `Catch-up: ${what}`);
    swept = await executeStep(context, "source-ip", { ...step, isNeeded: true, announce: [] });
  }
  const after = { ...workload, open: 0, hasRecoverable: false, ...(await readTouched(client)) };
  for (const populate of populateSteps({ inspection, workload: after, sweepShape })) {
    const phase = populate.id.endsWith("asn_inventory") ? "asn-inventory" : "ip-inventory";
    await executeStep(context, phase, { ...populate, announce: [] });
  }
  return { swept, workload: { ...after, missingAsns: 0, missingIps: 0, touchedAsns: 0, touchedIps: 0 } };
}
