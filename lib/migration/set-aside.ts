import { forgetSettledSql, retrySetAsideSql } from "@/lib/enrichment/retry-sql";
import type { PlanContext, TransactionStep } from "@/lib/migration/phase";

/** Sessions with values set aside are read again in so many transactions: short ones, whatever their number. */
const PARTS = 64;

/**
 * Takes off the list of values set aside what is settled without reading a document: the column is filled by now, or the
 * session is gone. Pure; for the end of every run that fills sessions.
 */
export function settleSetAsideStep({ inspection, sweepShape }: PlanContext): TransactionStep {
  return {
    kind: "transaction",
    id: `settle-set-aside:${inspection.declared.schema}.session_summaries`,
    announce: [],
    confirm: null,
    lock: "ROW EXCLUSIVE",
    rows: null,
    part: "data",
    sql: [forgetSettledSql(sweepShape)],
  };
}

/**
 * Reads the sessions with values set aside again, after the operator mended the data. Pure; needs the functions of a
 * sweep and the columns that it fills. The keys touched are left to the steps that populate the inventories.
 */
export function retrySetAsideStep(context: PlanContext): TransactionStep[] {
  const { inspection, sweepShape } = context;
  const settle = settleSetAsideStep(context);
  const parts = Array.from(
    { length: PARTS },
    (_, part): TransactionStep => ({
      ...settle,
      id: `retry-set-aside:${inspection.declared.schema}.session_summaries/${part + 1}`,
      sql: [retrySetAsideSql(sweepShape, { part, parts: PARTS })],
    }),
  );
  return [{ ...settle, announce: ["Reading sessions with values set aside again"] }, ...parts];
}
