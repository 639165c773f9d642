import type pg from "pg";
import { qualify } from "@/lib/db/identifier";
import type { CatalogRelation } from "@/lib/inspection/catalog";

/** Pages read where statistics are missing. */
const PROBED_PAGES = 8;
const PAGE_BYTES = 8192;

/**
 * Rows of a table without scanning it: the planner's estimate, or, for a table that was never analysed since it was
 * empty, the density of its first few pages times its pages.
 */
export async function estimateRows(
  client: pg.ClientBase,
  schema: string,
  relation: CatalogRelation | undefined,
): Promise<number> {
  if (relation === undefined || relation.heapBytes === 0) return 0;
  if (relation.rowEstimate > 0) return Math.round(relation.rowEstimate);
  if (relation.kind !== "r" || !relation.canSelect || relation.isRowSecurityActive) return 0;
  const result = await client.query<{ rows: number }>(
    `select count(*)::int as rows from ${qualify(schema, relation.name)} where ctid < '(${PROBED_PAGES},0)'::tid`,
  );
  const pages = relation.heapBytes / PAGE_BYTES;
  return Math.round(((result.rows[0]?.rows ?? 0) * pages) / Math.min(pages, PROBED_PAGES));
}
