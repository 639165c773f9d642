/** What the live tables allow a sweep to do; read from the catalog before the first batch. */
export interface SweepShape {
  /** Schema that holds `session_summaries`. */
  schema: string;
  enrichmentType: "json" | "jsonb";
  /** `raw_events` exists and may be read. */
  hasRawEvents: boolean;
  /** The singular `snapshot_ip_type` of the application's own migration exists. */
  hasLegacyIpType: boolean;
  /** Inventories that exist: their rows are written before the sessions that refer to them. */
  inventories: readonly ("asn_inventory" | "ip_inventory")[];
}

export function sweepBatchSql(shape: SweepShape): string {
  throw new Error(`not written yet for ${shape.schema}`);
}

export function hasRecoverableSql(shape: SweepShape): string {
  throw new Error(`not written yet for ${shape.schema}`);
}

export function countRecoverableSql(shape: SweepShape): string {
  throw new Error(`not written yet for ${shape.schema}`);
}
