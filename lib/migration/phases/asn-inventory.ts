import type { Phase } from "@/lib/migration/phase";
import { populateAsnSteps } from "@/lib/migration/phases/data-steps";
import { indexSteps } from "@/lib/migration/phases/index-steps";
import { afterRepairs } from "@/lib/migration/phases/repair";
import { asnRowStatements, checkSteps } from "@/lib/migration/phases/repair-rows";
import { repairTableSteps } from "@/lib/migration/phases/repair-table";
import { createTableSteps, grantSteps } from "@/lib/migration/phases/table-steps";

const INDEXES = ["idx_asn_org_name", "idx_asn_type", "idx_asn_session_count"];
const CHECKS = ["asn_inventory_asn_number_check", "asn_inventory_organization_country_check"];

/** Phase 2: one row an autonomous system. */
export const asnInventory: Phase = {
  id: "asn-inventory",
  opening: "Phase 2: Creating ASN inventory table...",
  guide: [
    { line: "Created asn_inventory table successfully", object: "asn_inventory" },
    { line: "Create idx_asn_org_name index", object: "idx_asn_org_name" },
    { line: "Populating ASN inventory from existing session data...", object: "every row of asn_inventory" },
  ],
  reads: ["asns"],
  plan: (context) => {
    const { inspection } = context;
    const create = createTableSteps(inspection, "asn_inventory");
    const repaired = afterRepairs(inspection);
    // A table created whole brings its key and checks along.
    const checks = create.length > 0 ? [] : checkSteps(repaired, CHECKS, () => asnRowStatements(inspection, repaired));
    return [
      ...create,
      ...repairTableSteps(context, "asn_inventory"),
      ...grantSteps(inspection, "asn_inventory"),
      ...checks,
      ...indexSteps(repaired, INDEXES, (name) => `Create ${name} index`),
      ...populateAsnSteps(context),
    ];
  },
};
