import { HydrationBoundary } from "@tanstack/react-query";
import { RunHistory } from "@/components/runs/run-history";
import { runsOptions } from "@/lib/client/query-options";
import { answerRuns } from "@/lib/queries/answers";
import { pageTitle } from "@/lib/queries/page-title";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";

export const generateMetadata = () => pageTitle("Runs");

export default async function RunsPage() {
  await requestQueryClient().prefetchQuery({ ...runsOptions, queryFn: answerRuns });
  return (
    <HydrationBoundary state={dehydrateRequest()}>
      <RunHistory />
    </HydrationBoundary>
  );
}
