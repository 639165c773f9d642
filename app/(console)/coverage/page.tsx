import { HydrationBoundary } from "@tanstack/react-query";
import { measureGates } from "@/app/actions/coverage";
import { CoverageView } from "@/components/coverage/coverage-view";
import { coverageDetailOptions } from "@/lib/client/coverage-options";
import { coverageOptions } from "@/lib/client/query-options";
import { answerCoverage } from "@/lib/queries/answers";
import { answerCoverageDetail } from "@/lib/queries/coverage-detail";
import { pageTitle } from "@/lib/queries/page-title";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";

export const generateMetadata = () => pageTitle("Coverage");

export default async function CoveragePage() {
  const queries = requestQueryClient();
  await Promise.all([
    queries.prefetchQuery({ ...coverageOptions, queryFn: answerCoverage }),
    queries.prefetchQuery({ ...coverageDetailOptions, queryFn: answerCoverageDetail }),
  ]);
  return (
    <HydrationBoundary state={dehydrateRequest()}>
      <CoverageView measure={measureGates} />
    </HydrationBoundary>
  );
}
