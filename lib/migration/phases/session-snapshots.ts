import type { Phase, PlanContext, Step } from "@/lib/migration/phase";
import { constraintSteps } from "@/lib/migration/phases/constraint-steps";
import { closingSweepStep } from "@/lib/migration/phases/data-steps";
import { indexSteps } from "@/lib/migration/phases/index-steps";
import { afterRepairs } from "@/lib/migration/phases/repair";
import { remadeConstraintSteps } from "@/lib/migration/phases/repair-remade";
import { finishRepairSteps } from "@/lib/migration/phases/repair-sessions";
import { afterTimestamps, timestampSteps } from "@/lib/migration/phases/timestamp-steps";

const INDEXES = [
  "idx_session_snapshot_asn",
  "idx_session_snapshot_country",
  "idx_session_first_event_brin",
  "idx_session_last_event_brin",
];

/** Phase 4: timestamps with time zone, the check on the country, the closing sweep, the other session indexes. */
export const sessionSnapshots: Phase = {
  id: "session-snapshots",
  opening: "Phase 4: Adding remaining snapshot columns to session_summaries...",
  guide: [{ line: "Backfilling snapshot columns (this may take a while)...", object: "snapshots of every session" }],
  reads: ["sessions"],
  plan: (context) => {
    const repaired = afterTimestamps(afterRepairs(context.inspection));
    const check = constraintSteps(repaired, "snapshot_country_iso");
    const indexes = indexSteps(repaired, INDEXES, (name) => `Create ${name} index`);
    const timestamps = timestampSteps(context);
    // What was kept aside says what of others is to be made again, and goes last.
    const finish = [...remadeConstraintSteps(context.inspection), ...finishRepairSteps(context)];
    const isBegun = timestamps.length + check.length + indexes.length + finish.length > 0;
    // Last: what was kept aside takes its indexes along, of which the steps before drop some by name.
    return [...timestamps, ...closingSweep(context, isBegun), ...check, ...indexes, ...finish];
  },
};

/** Takes what phase 1 left: sessions that ingest wrote or moved behind it. Phase 1 captured the rest in the same pass. */
function closingSweep(context: PlanContext, isBegun: boolean): Step[] {
  const { open, hasRecoverable, sessions } = context.workload;
  if (!isBegun && open === 0 && !hasRecoverable) return [];
  const captured = `${(sessions - open).toLocaleString("en-US")} of ${sessions.toLocaleString("en-US")} captured in phase 1`;
  const step = closingSweepStep(context);
  return [
    {
      ...step,
      id: `closing-${step.id}`,
      announce: ["Backfilling snapshot columns (this may take a while)...", captured],
    },
  ];
}
