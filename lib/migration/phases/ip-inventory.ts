import type { Phase } from "@/lib/migration/phase";
import { populateIpSteps } from "@/lib/migration/phases/data-steps";
import { indexSteps } from "@/lib/migration/phases/index-steps";
import { afterRepairs } from "@/lib/migration/phases/repair";
import { addressRowStatements, checkSteps, unlinkSteps } from "@/lib/migration/phases/repair-rows";
import { repairTableSteps } from "@/lib/migration/phases/repair-table";
import { createTableSteps, functionSteps, grantSteps } from "@/lib/migration/phases/table-steps";

/** `idx_ip_geo_country` first: its line is the one that operators look for. */
const INDEXES = [
  "idx_ip_geo_country",
  "idx_ip_current_asn",
  "idx_ip_session_count",
  "idx_ip_enrichment_updated",
  "idx_ip_staleness_active",
];
const CHECKS = ["ip_inventory_session_count_check"];

/** Phase 3: helper functions, one row a source address with its generated columns, and the empty ASN history. */
export const ipInventory: Phase = {
  id: "ip-inventory",
  opening: "Phase 3: Creating IP inventory table...",
  guide: [
    { line: "Created ip_inventory table successfully", object: "ip_inventory" },
    { line: "Create idx_ip_geo_country index", object: "idx_ip_geo_country" },
    { line: "Populating IP inventory from existing session data...", object: "every row of ip_inventory" },
  ],
  reads: ["ips"],
  plan: (context) => {
    const { inspection } = context;
    const create = createTableSteps(inspection, "ip_inventory");
    const repaired = afterRepairs(inspection);
    const checks =
      create.length > 0
        ? []
        : [...checkSteps(repaired, CHECKS, () => addressRowStatements(repaired)), ...unlinkSteps(repaired)];
    return [
      ...functionSteps(inspection),
      ...create,
      ...repairTableSteps(context, "ip_inventory"),
      ...grantSteps(inspection, "ip_inventory"),
      ...createTableSteps(inspection, "ip_asn_history").map((step) => ({
        ...step,
        confirm: "Created ip_asn_history, empty",
      })),
      ...repairTableSteps(context, "ip_asn_history"),
      ...grantSteps(inspection, "ip_asn_history"),
      ...checks,
      ...indexSteps(repaired, INDEXES, (name) => `Create ${name} index`),
      ...populateIpSteps(context),
    ];
  },
};
