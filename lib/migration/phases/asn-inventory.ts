import type { Phase } from "@/lib/migration/phase";
import { constraintSteps } from "@/lib/migration/phases/constraint-steps";
import { populateAsnSteps } from "@/lib/migration/phases/data-steps";
import { indexSteps } from "@/lib/migration/phases/index-steps";
import { addColumnSteps, createTableSteps, grantSteps } from "@/lib/migration/phases/table-steps";

const INDEXES = ["idx_asn_org_name", "idx_asn_type", "idx_asn_session_count"];
const CONSTRAINTS = [
  "asn_inventory_pkey",
  "asn_inventory_asn_number_check",
  "asn_inventory_organization_country_check",
];

/** Phase 2: one row an autonomous system. */
export const asnInventory: Phase = {
  id: "asn-inventory",
  opening: "Phase 2: Creating ASN inventory table...",
  guide: [
    { line: "Created asn_inventory table successfully", object: "asn_inventory" },
    { line: "Create idx_asn_org_name index", object: "idx_asn_org_name" },
    { line: "Populating ASN inventory from existing session data...", object: "every row of asn_inventory" },
  ],
  plan: (context) => {
    const { inspection } = context;
    const create = createTableSteps(inspection, "asn_inventory");
    // A table created whole brings its key and checks along.
    const constraints = create.length > 0 ? [] : CONSTRAINTS.flatMap((name) => constraintSteps(inspection, name));
    return [
      ...create,
      ...addColumnSteps(inspection, "asn_inventory"),
      ...grantSteps(inspection, "asn_inventory"),
      ...constraints,
      ...indexSteps(inspection, INDEXES, (name) => `Create ${name} index`),
      ...populateAsnSteps(context),
    ];
  },
};
