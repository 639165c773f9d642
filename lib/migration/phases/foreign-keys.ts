import type { Phase, Step } from "@/lib/migration/phase";
import { constraintSteps } from "@/lib/migration/phases/constraint-steps";
import { integrityStep } from "@/lib/migration/phases/data-steps";
import { afterRepairs } from "@/lib/migration/phases/repair";

/** Phase 5: both foreign keys, NOT VALID first, validated once every parent is there. */
export const foreignKeys: Phase = {
  id: "foreign-keys",
  opening: "Phase 5: Adding foreign key constraints...",
  guide: [
    { line: "Add ip_inventory → asn_inventory FK (NOT VALID)", object: "fk_ip_current_asn" },
    { line: "Add session_summaries → ip_inventory FK (NOT VALID)", object: "fk_session_source_ip" },
  ],
  reads: [],
  plan: (context) => {
    const repaired = afterRepairs(context.inspection);
    const keys = [
      ...constraintSteps(repaired, "fk_ip_current_asn", ["Add ip_inventory → asn_inventory FK (NOT VALID)"]),
      ...constraintSteps(repaired, "fk_session_source_ip", ["Add session_summaries → ip_inventory FK (NOT VALID)"]),
    ];
    if (keys.length === 0) return [];
    const isValidation = (step: Step) => step.id.startsWith("validate-");
    return [integrityStep(context), ...keys.filter((step) => !isValidation(step)), ...keys.filter(isValidation)];
  },
};
