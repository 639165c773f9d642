import type { Catalog } from "@/lib/inspection/catalog";
import { constraintHazards } from "@/lib/inspection/hazards/constraints";
import type { Hazard } from "@/lib/inspection/hazards/hazard";
import { sessionHazards } from "@/lib/inspection/hazards/sessions";
import { settingHazards } from "@/lib/inspection/hazards/settings";
import { tableHazards } from "@/lib/inspection/hazards/tables";

export { type Demand, demandsOfOthers } from "@/lib/inspection/hazards/constraints";
export type { Hazard } from "@/lib/inspection/hazards/hazard";
export { describeKind, isUnfit } from "@/lib/inspection/hazards/tables";

/** Every hazard that the catalog round-trip shows. Pure. */
export function toHazards(schema: string, catalog: Catalog): Hazard[] {
  return [
    ...tableHazards(schema, catalog),
    ...constraintHazards(schema, catalog),
    ...sessionHazards(catalog.activity),
    ...settingHazards(catalog),
  ];
}
