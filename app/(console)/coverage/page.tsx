import { HydrationBoundary } from "@tanstack/react-query";
import { CoverageView } from "@/components/coverage/coverage-view";
import { coverageOptions } from "@/lib/client/query-options";
import { answerCoverage } from "@/lib/queries/answers";
import { pageTitle } from "@/lib/queries/page-title";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";

export const generateMetadata = () => pageTitle("Coverage");

export default async function CoveragePage() {
  await requestQueryClient().prefetchQuery({ ...coverageOptions, queryFn: answerCoverage });
  return (
    <HydrationBoundary state={dehydrateRequest()}>
      <CoverageView />
    </HydrationBoundary>
  );
}
