import type { Phase } from "@/lib/migration/phase";
import { sweepStep } from "@/lib/migration/phases/data-steps";
import { indexSteps } from "@/lib/migration/phases/index-steps";
import { afterRepairs } from "@/lib/migration/phases/repair";
import { remadeIndexSteps } from "@/lib/migration/phases/repair-remade";
import { isReswept, repairSessionsSteps } from "@/lib/migration/phases/repair-sessions";

/** Phase 1: the five columns of `session_summaries`, the sweep that fills them in one pass, the index on the first. */
export const sourceIp: Phase = {
  id: "source-ip",
  opening: "Phase 1: Adding source_ip column to session_summaries...",
  guide: [
    { line: "Populating source_ip from enrichment data...", object: "source_ip of every session" },
    { line: "Create index on source_ip", object: "idx_session_source_ip" },
  ],
  reads: ["sessions"],
  plan: (context) => {
    const { inspection, workload } = context;
    const isWorkLeft = workload.open > 0 || workload.hasRecoverable || isReswept(inspection);
    return [
      ...repairSessionsSteps(context),
      ...(isWorkLeft ? [sweepStep(context)] : []),
      ...indexSteps(afterRepairs(inspection), ["idx_session_source_ip"], () => "Create index on source_ip"),
      ...remadeIndexSteps(inspection),
    ];
  },
};
