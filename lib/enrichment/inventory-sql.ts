import type { SweepShape } from "@/lib/enrichment/sweep-sql";

export interface PopulateScope {
  /** Only the keys given as $1 text[]; otherwise every key, and no parameter. */
  touchedOnly: boolean;
}

export function populateAsnInventorySql(shape: SweepShape, scope: PopulateScope): string {
  throw new Error(`not written yet for ${shape.schema} ${scope.touchedOnly}`);
}

export function populateIpInventorySql(shape: SweepShape, scope: PopulateScope): string {
  throw new Error(`not written yet for ${shape.schema} ${scope.touchedOnly}`);
}
