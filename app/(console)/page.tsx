import { HydrationBoundary } from "@tanstack/react-query";
import { Overview } from "@/components/overview/overview";
import { runsOptions } from "@/lib/client/query-options";
import { answerRuns } from "@/lib/queries/answers";
import { longestWriterWaitMs } from "@/lib/queries/limits";
import { pageTitle } from "@/lib/queries/page-title";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";

export const generateMetadata = () => pageTitle("Overview");

export default async function OverviewPage() {
  await requestQueryClient().prefetchQuery({ ...runsOptions, queryFn: answerRuns });
  return (
    <HydrationBoundary state={dehydrateRequest()}>
      <Overview writerWaitMs={longestWriterWaitMs()} />
    </HydrationBoundary>
  );
}
