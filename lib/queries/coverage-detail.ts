import "server-only";
import type { Answer, CoverageDetail } from "@/lib/contract";
import { readCoverageDetail } from "@/lib/migration";
import { answer, answerCoverage } from "@/lib/queries/answers";
import type { CoverageReport } from "@/lib/queries/coverage-export";

/** What the Coverage page shows besides its first figures; reads what was counted, and lets what is old be counted anew. */
export function answerCoverageDetail(): Promise<Answer<CoverageDetail>> {
  return answer(readCoverageDetail);
}

/** Everything that the Coverage page shows. */
export async function answerCoverageReport(): Promise<Answer<CoverageReport>> {
  const [page, detail] = await Promise.all([answerCoverage(), answerCoverageDetail()]);
  if (!page.ok) return page;
  if (!detail.ok) return detail;
  return { ok: true, value: { ...page.value, detail: detail.value } };
}
